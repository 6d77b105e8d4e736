/** E.164 allows 15 digits with the country code; numbers that people have are not shorter than this. */
const maxDigits = 15;
const minDigits = 8;
const minUnbrokenDigits = 9;

/** A sum with its thousands parted. Groups of three alone are also how some countries write numbers: then there are four. */
const thousands = /^\d{1,3}(?:(?:\.\d{3})+|(?: \d{3}){2})$/;

/** Country codes, of two digits where the third is free; 1 and 7 have one. ITU-T E.164 */
const countryCode =
  /^(?:1|7|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]|2[1-689]\d|3[578]\d|42\d|50\d|59\d|6[789]\d|80\d|85\d|87\d|88\d|96\d|97\d|99\d)/;

/** Whether groups of digits behind "+" or "00" are a telephone number. @param written how they stand in the text */
export function isInternational(prefix: '+' | '00', groups: readonly string[], written: string): boolean {
  const digits = groups.join('');
  if (digits.length > maxDigits || digits.length < (groups.length === 1 ? minUnbrokenDigits : minDigits))
    return false;
  if (!countryCode.test(digits) || thousands.test(written)) return false;
  // Behind two zeros much else is written; a number in groups has its country code by itself, or all of it in one.
  if (prefix === '00' && groups.length === 1 && digits.length < 11) return false;
  // Country code 1 is North America's, whose numbers have one form; the rest are sums and counts.
  if (digits.startsWith('1')) return /^1[2-9]\d{2}[2-9]\d{6}$/.test(digits);
  return !/0{5}$/.test(digits);
}

/** Digits, and the sizes of their groups, of national numbers without a leading 0. */
const shapes: readonly (readonly [RegExp, readonly string[]])[] = [
  // United States and Canada, with their 1 or without
  [/^[2-9]\d{2}[2-9]\d{6}$/, ['10', '3 3 4', '3 7', '6 4']],
  [/^1[2-9]\d{2}[2-9]\d{6}$/, ['11', '1 3 3 4', '1 10', '1 3 7']],
  // India
  [/^[6-9]\d{9}$/, ['10', '5 5', '4 3 3', '3 3 4', '4 6', '2 4 4', '3 4 3', '2 8', '4 2 4', '5 3 2']],
  // China: mobile and service numbers
  [/^1[3-9]\d{9}$/, ['11', '3 4 4', '3 8', '4 4 3', '7 4', '5 6', '3 3 5']],
  [/^[48]00\d{7}$/, ['10', '3 3 4', '3 7', '3 4 3']],
  // Brazil: with the area's code, with and without the 9 of mobile numbers
  [/^[1-9]{2}9\d{8}$/, ['11', '2 5 4', '2 1 4 4', '2 9', '2 3 3 3']],
  [/^[1-9]{2}[2-5]\d{7}$/, ['10', '2 4 4', '2 8']],
  [/^9\d{8}$/, ['5 4', '1 4 4']],
  // Spain, Italy's mobile numbers, France without its 0
  [/^[6-9]\d{8}$/, ['9', '3 3 3', '3 2 2 2', '2 3 2 2', '3 6', '2 7', '1 2 2 2 2', '2 3 4', '5 4']],
  [/^3\d{8,9}$/, ['9', '10', '3 7', '3 3 4', '3 3 3', '3 6', '3 3 2 2', '3 4 3', '3 2 2 3', '3 2 2 2']],
];

/** Without the area's code; only where a noun names them. */
const localShapes: readonly (readonly [RegExp, readonly string[]])[] = [
  [/^[2-9]\d{6}$/, ['3 4']],
  [/^[2-9]\d{7}$/, ['4 4', '8']],
];

const codeFirst = /^(?:44|49|33|34|39|91|55|81|86)\d{9,11}$/;
const dates =
  /^(?:(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:\d{2}){0,3}|(?:0[1-9]|[12]\d|3[01])(?:0[1-9]|1[0-2])(?:19|20)\d{2})$/;
const dateGroups = new Set([
  '4 2 2',
  '2 2 4',
  '1 2 4',
  '2 1 4',
  '1 1 4',
  '4 1 2',
  '4 2 1',
  '4 1 1',
  '2 2 2',
  '4 2 2 2',
  '4 2 2 2 2',
]);

/**
 * Whether groups of digits are a number as people write it at home, given that words beside it tell of a telephone. The
 * United States, the United Kingdom, Germany, France, Spain, Italy, India, Brazil, Japan and China are known; numbers of
 * others are found where they begin with 0.
 */
export function isNational(groups: readonly string[], written: string, certainty: 'noun' | 'verb'): boolean {
  const digits = groups.join('');
  const sizes = groups.map(({ length }) => length).join(' ');
  if (digits.length < 7 || digits.length > 16 || dates.test(digits) || dateGroups.has(sizes)) return false;
  if (/^0[.,]/.test(written) || /^(?:(\d)\1+|123456789?0?|2147483647|4294967295)$/.test(digits)) return false;
  if (digits.startsWith('011')) return digits.length >= 11;
  if (digits.startsWith('00')) return digits.length >= 11;
  if (digits.startsWith('0')) return digits.length >= 8 && digits.length <= 13 && groups.length <= 7;
  const fits = ([form, writings]: (typeof shapes)[number]) => form.test(digits) && writings.includes(sizes);
  if (shapes.some(fits)) return !/^\d{1,3}(?:[.,]\d{3})+$/.test(written) || digits.length > 9;
  return certainty === 'noun' && (localShapes.some(fits) || codeFirst.test(digits));
}
