/** The forms of secrets that `docs/security.md` claims to find. */
export const claimedForms = [
  'phone',
  'card',
  'iban',
  'ssn',
  'email',
  'token',
  'address',
  'password',
] as const;
