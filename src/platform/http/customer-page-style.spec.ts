import { describe, expect, it } from '@jest/globals';
import { CUSTOMER_PAGE_STYLE } from './customer-page-style.js';

type Colours = Readonly<Record<string, string>>;

/** The colours of one scheme; what the dark one does not have is as in the light one. */
function coloursOf(scheme: 'light' | 'dark'): Colours {
  const [light = '', dark = ''] = CUSTOMER_PAGE_STYLE.split('prefers-color-scheme: dark');
  const named = (css: string): [string, string][] =>
    [...css.matchAll(/--([a-z-]+): (#[0-9a-f]{3,6});/g)].map(([, name = '', value = '']) => [name, value]);
  return Object.fromEntries([...named(light), ...(scheme === 'dark' ? named(dark) : [])]);
}

/** WCAG 2.2, relative luminance. */
function luminance(hex: string): number {
  const digits = hex.length === 4 ? hex.slice(1).replace(/./g, '$&$&') : hex.slice(1);
  const [red = 0, green = 0, blue = 0] = [0, 2, 4].map((at) => {
    const value = parseInt(digits.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

describe.each(['light', 'dark'] as const)('The %s colours of pages for customers', (scheme) => {
  const colours = coloursOf(scheme);
  const between = (one: string, other: string): number => contrast(colours[one] ?? '#fff', colours[other] ?? '#fff');

  it.each([
    ['text', 'page'],
    ['text', 'surface'],
    ['text', 'hover'],
    ['quiet', 'page'],
    ['quiet', 'surface'],
    ['quiet', 'hover'],
    ['link', 'page'],
    ['link', 'surface'],
    ['bad', 'surface'],
    ['bad', 'bad-back'],
    ['good', 'good-back'],
    ['wait', 'wait-back'],
    ['warn', 'warn-back'],
    ['test', 'test-back'],
  ])('%s can be read on %s (4.5 : 1)', (text, back) => {
    expect(between(text, back)).toBeGreaterThanOrEqual(4.5);
  });

  it.each(['accent', 'accent-over'])('white can be read on %s', (back) => {
    expect(contrast('#fff', colours[back] ?? '#fff')).toBeGreaterThanOrEqual(4.5);
  });

  it.each([
    ['field', 'surface'],
    ['accent', 'surface'],
    ['link', 'surface'],
    ['link', 'page'],
  ])('%s stands out from %s (3 : 1)', (edge, back) => {
    expect(between(edge, back)).toBeGreaterThanOrEqual(3);
  });
});
