/** A fault that no schema sees. */
export interface CatalogueFault {
  /** Whose file it stands in: `slos/<surface>.yaml`; the policy's own under the name that `check-settings.ts` gives. */
  readonly surface: string;
  /** The rubric version whose file it stands in instead. */
  readonly rubric?: { readonly id: string; readonly version: number };
  /** Place inside that file. */
  readonly path: readonly (string | number)[];
  readonly message: string;
}
