import { createTheme, type CSSVariablesResolver, type MantineColorsTuple } from '@mantine/core';

/** `console.md`: accent #3b5bdb. Shade 6 fills buttons, the others follow from it. */
const indigo: MantineColorsTuple = [
  '#edf2ff',
  '#dbe4ff',
  '#bac8ff',
  '#91a7ff',
  '#748ffc',
  '#4c6ef5',
  '#3b5bdb',
  '#364fc7',
  '#2b44ad',
  '#1f3592',
];

export const theme = createTheme({
  primaryColor: 'indigo',
  primaryShade: { light: 6, dark: 6 },
  colors: { indigo },
  defaultRadius: 6,
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, sans-serif',
  fontFamilyMonospace: 'ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace',
  fontSizes: { xs: '12px', sm: '13px', md: '14px', lg: '16px', xl: '18px' },
  spacing: { xs: '4px', sm: '8px', md: '16px', lg: '24px', xl: '32px' },
  lineHeights: { xs: '1.4', sm: '1.5', md: '1.5', lg: '1.5', xl: '1.5' },
  headings: {
    fontWeight: '600',
    sizes: { h1: { fontSize: '22px' }, h2: { fontSize: '16px' }, h3: { fontSize: '14px' } },
  },
  cursorType: 'pointer',
  respectReducedMotion: true,
  shadows: { md: '0 4px 16px rgb(0 0 0 / 16%)' },
  components: {
    Tooltip: { defaultProps: { openDelay: 200, events: { hover: true, focus: true, touch: true } } },
    Modal: {
      defaultProps: {
        centered: true,
        overlayProps: { backgroundOpacity: 0.4 },
        closeButtonProps: { 'aria-label': 'Close' },
      },
    },
    Drawer: { defaultProps: { overlayProps: { backgroundOpacity: 0.4 }, closeButtonProps: { 'aria-label': 'Close' } } },
  },
});

/** Quiet text that everybody can read, and surfaces as `console.css` has them. */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: { '--mantine-color-dimmed': 'var(--quiet)', '--mantine-color-body': 'var(--surface)' },
  light: { '--mantine-color-dimmed': 'var(--quiet)', '--mantine-color-placeholder': '#6c757d' },
  dark: {
    '--mantine-color-dimmed': 'var(--quiet)',
    '--mantine-color-body': 'var(--surface)',
    '--mantine-color-placeholder': '#909296',
  },
});
