import {
  IconArrowBackUp,
  IconBolt,
  IconCertificate,
  IconCreditCard,
  IconFileText,
  IconFlask,
  IconHome,
  type Icon,
  IconKey,
  IconListDetails,
  IconPlus,
  IconReportMoney,
  IconScale,
  IconShoppingCart,
  IconTestPipe,
  IconUsers,
  IconWallet,
  IconWebhook,
} from '@tabler/icons-react';

export interface NavigationItem {
  readonly path: string;
  readonly label: string;
  readonly icon: Icon;
  readonly forAdministrators?: boolean;
}

export interface NavigationGroup {
  readonly label: string;
  readonly items: readonly NavigationItem[];
}

/** The pages of the console, by what they are about. */
export const NAVIGATION: readonly NavigationGroup[] = [
  {
    label: 'Money',
    items: [
      { path: '/', label: 'Home', icon: IconHome },
      { path: '/payments', label: 'Payments', icon: IconCreditCard },
      { path: '/refunds', label: 'Refunds', icon: IconArrowBackUp },
      { path: '/disputes', label: 'Disputes', icon: IconScale },
      { path: '/balance', label: 'Balance', icon: IconWallet },
      { path: '/settlements', label: 'Settlements', icon: IconReportMoney },
      { path: '/checkout', label: 'Checkout', icon: IconShoppingCart },
    ],
  },
  {
    label: 'Messages',
    items: [
      { path: '/events', label: 'Events', icon: IconBolt },
      { path: '/webhooks', label: 'Webhooks', icon: IconWebhook },
    ],
  },
  {
    label: 'Tests',
    items: [
      { path: '/charge', label: 'New charge', icon: IconPlus },
      { path: '/sandbox', label: 'Sandbox, clock and faults', icon: IconTestPipe },
      { path: '/certifications', label: 'Certification', icon: IconCertificate },
      { path: '/test-values', label: 'Test values', icon: IconFlask },
    ],
  },
  {
    label: 'Account',
    items: [
      { path: '/logs', label: 'Request log', icon: IconListDetails },
      { path: '/keys', label: 'API keys', icon: IconKey },
      { path: '/users', label: 'Users', icon: IconUsers, forAdministrators: true },
    ],
  },
];

/** Where the guides and the API reference are. */
export const DOCS: NavigationItem = { path: '/docs/guides', label: 'Docs', icon: IconFileText };

/** Whether a page belongs to an item of the navigation. */
export function isWithin(location: string, path: string): boolean {
  return path === '/' ? location === '/' : location === path || location.startsWith(`${path}/`);
}
