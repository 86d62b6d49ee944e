import findMyWay, { type HTTPMethod } from 'find-my-way';

/** Knows the methods of each path, for the `Allow` header of a 405. */
export class RouteTable {
  private readonly router = findMyWay({ ignoreTrailingSlash: true });
  private readonly methods = new Set<HTTPMethod>();

  add(method: string | readonly string[], declaredPath: string): void {
    const path = declaredPath.length > 1 && declaredPath.endsWith('/') ? declaredPath.slice(0, -1) : declaredPath;
    for (const each of [method].flat() as HTTPMethod[]) {
      this.methods.add(each);
      if (!this.router.hasRoute(each, path))
        this.router.on(each, path, () => undefined, { isWildcard: path.endsWith('*') });
    }
  }

  /** Returns an empty array for an unknown path. A wildcard counts only where no route has the path itself. */
  methodsOf(url: string): string[] {
    const path = url.split('?', 1)[0] ?? '';
    const found = [...this.methods].flatMap((method) => {
      const route = this.router.find(method, path);
      return route ? [{ method, ...(route.store as { isWildcard: boolean }) }] : [];
    });
    const own = found.filter(({ isWildcard }) => !isWildcard);
    return (own.length > 0 ? own : found).map(({ method }) => method);
  }
}
