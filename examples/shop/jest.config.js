/** @type {import('jest').Config} */
export default {
  testMatch: ['<rootDir>/tests/jest/**/*.test.ts'],
  // As Vitest's: perhaps the machine is small.
  testTimeout: 30_000,
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '\\.ts$': ['babel-jest', { presets: ['@babel/preset-typescript'] }] },
};
