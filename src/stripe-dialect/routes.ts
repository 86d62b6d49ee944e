/** The paths of the dialect as its controllers declare them, which have no prefix. */
export const DIALECT_ROUTES: readonly string[] = ['v1', 'v2'].flatMap((version) => [version, `${version}/{*path}`]);
