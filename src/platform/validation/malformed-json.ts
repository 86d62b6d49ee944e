/** Stands in for a body that isn't JSON: guards answer first, then validation reports it. */
export class MalformedJson {
  constructor(readonly reason: string) {}
}
