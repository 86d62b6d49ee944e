/** Replaces a body that isn't JSON, so that guards run first and validation reports it afterwards. */
export class MalformedJson {
  constructor(readonly reason: string) {}
}
