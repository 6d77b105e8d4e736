import { contextAfter, isOtherNumber, otherNumber } from './context.ts';
import type { Extent, Finder, Span } from './find-text.ts';
import { isInternational, isNational } from './phone-shapes.ts';

/** Words of people about telephones. Those in the first list are about nothing else. */
const nouns = [
  // English, German, French
  'tele?phones?|phones?|tel|cell(?:phone)?|mobiles?|landline|whats ?app|sms|fax|hotline|helpline|msisdn|ph',
  'telefon(?:nummer|nr|isch)?|handy(?:nummer|nr)?|mobil(?:nummer|nr|telefon)?|rufnummer|festnetz(?:nummer)?|durchwahl',
  'téléphone|telephone|tél|portable|fixe|gsm|tlf|tfno|tfn|télécopie',
  // Spanish, Portuguese, Italian
  'teléfonos?|telefonos?|móvil|movil|celular|fijo|telefones?|telemóvel|fone|zap|telefono|cellulare|fisso|recapito',
];
const verbs = [
  'call|calling|dial|ring|text|message|contact|reach|reached|number',
  'anrufen|anruf|rufen?|ruf|erreichen|erreichbar|erreichst|nummer|appel(?:er|ez|le)?(?:-moi)?|joindre|joignable|numéro|numero|num',
  'llam(?:ar|a|e|ar?me|eme|enos)|llám(?:ame|eme|anos|enos)|contacto|número|chiam(?:are|a|ate|ami|atemi)|contatt(?:o|are)|lig(?:ar|a|ue|o|uem)|contato|contatar',
];
const asianNouns =
  '電話(?:番号)?|携帯(?:電話|番号)?|でんわ|ファックス|手机号?码?|手機|电话号?码?|座机|联系方式|微信|फ़ोन|फोन|मोबाइल|टेलीफोन|전화|휴대폰|핸드폰';
const asianVerbs = '致电|拨打|联系|号码|कॉल|संपर्क|नंबर|番号';

/** Whole words, or words within the name of a field such as `homePhone` or `phone_number`. */
const whole = (words: readonly string[]) =>
  `(?:(?<![\\p{L}])|(?<=[\\p{Ll}]{2})(?=[A-Z]))(?:${words.join('|')})(?![\\p{Ll}])(?:[ _-]{0,2}(?:numbers?|num|no|nr|nº|n°)(?!\\p{L}))?`;

/** Groups: a noun, a verb, the word of another number. */
const contextWords = new RegExp(
  `(${whole(nouns)}|${asianNouns})|(${otherNumber})|(${whole(verbs)}|${asianVerbs})`,
  'giu',
);

/** What a number is said to be behind it: "… is my mobile", "… (office phone)". */
const namedAfter = new RegExp(
  `^\\s{0,2}(?:[(\\[–—-]\\s?|(?:is|was|ist|est|es|è|é|sind)\\s)(?:[\\p{L}']{1,12}\\s){0,2}?(?:${nouns.join('|')})(?!\\p{L})|^\\s{0,2}(?:[にへまで]{1,2}|पर)\\s?(?:お?電話|कॉल|फ़ोन|फोन)`,
  'iu',
);

/** A word about a number, in a text. */
interface ContextWord extends Span {
  readonly says: 'noun' | 'verb' | 'other';
}

function readContextWords(text: string): ContextWord[] {
  return [...text.matchAll(contextWords)].map(({ index, 0: { length }, 1: noun, 2: other }) => ({
    start: index,
    end: index + length,
    says: noun !== undefined ? 'noun' : other !== undefined ? 'other' : 'verb',
  }));
}

/** Between a word and its number lies no more than this, nothing hidden, and no empty line. */
const maxContext = 60;
const maxVerbContext = 35;
const notContext = /\ue000|\n[^\S\n]{0,20}\n/;

/** The word that stands nearest before a place, if near enough. */
function wordBefore(text: string, words: readonly ContextWord[], at: number): ContextWord | undefined {
  let low = 0;
  let high = words.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((words[middle]?.end ?? 0) <= at) low = middle + 1;
    else high = middle;
  }
  const word = words[low - 1];
  if (word === undefined || at - word.end > (word.says === 'verb' ? maxVerbContext : maxContext))
    return undefined;
  return notContext.test(text.slice(word.end, at)) ? undefined : word;
}

/** How sure the words around a place are that a telephone number stands there. */
function certaintyAt(
  text: string,
  words: readonly ContextWord[],
  { start, end }: Span,
): 'noun' | 'verb' | undefined {
  const word = wordBefore(text, words, start);
  if (word !== undefined) return word.says === 'other' ? undefined : word.says;
  return namedAfter.test(contextAfter(text, end)) ? 'noun' : undefined;
}

/** Between two groups, as in "+44 (0)20", "089 / 123" or "(212) 555". */
const maxSeparators = 3;
const separator = /[ ./()-]/;
/** Longest stretch looked at: fifteen digits and what may stand between them. */
const maxCharacters = 40;

const maxGroups = 8;

interface Group {
  readonly digits: string;
  readonly end: number;
}

/** Groups of digits from a place on, parted by the signs of telephone numbers. */
function readGroups(text: string, from: number): Group[] {
  const groups: Group[] = [];
  let digits = '';
  let separators = 0;
  for (let at = from; at < from + maxCharacters; at += 1) {
    const character = text[at] ?? '';
    if (character >= '0' && character <= '9') {
      digits += character;
      separators = 0;
      continue;
    }
    if (digits !== '') groups.push({ digits, end: at });
    if (groups.length === maxGroups) return groups;
    digits = '';
    separators += 1;
    if (!separator.test(character) || separators > maxSeparators) return groups;
  }
  return digits === '' ? groups : [...groups, { digits, end: from + maxCharacters }];
}

const letterBehind = /^(?:[\p{L}\ue000]|[.,:-]\d|\s?[%€$£])/u;

/** The longest run of groups that is a number by `is`; it ends before a letter or sign that makes it part of something else. */
function longest(
  text: string,
  from: number,
  is: (groups: readonly string[], span: Span) => boolean,
): Span | undefined {
  const groups = readGroups(text, from);
  for (let count = groups.length; count > 0; count -= 1) {
    const end = groups[count - 1]?.end ?? from;
    if (
      letterBehind.test(text.slice(end, end + 2)) &&
      !/^[\p{Script=Han}\p{Script=Hiragana}]/u.test(text[end] ?? '')
    )
      continue;
    const taken = groups.slice(0, count).map(({ digits }) => digits);
    if (is(taken, { start: from, end })) return { start: from, end };
  }
  return undefined;
}

/** A number with its country code: as many groups of digits as make a number. */
function internationalExtent(text: string, match: RegExpExecArray): Span | undefined {
  const from = match.index + match[0].length;
  const prefix = match[0].startsWith('0') ? '00' : '+';
  const found = longest(text, from, (groups, { end }) =>
    isInternational(prefix, groups, text.slice(from, end)),
  );
  return found === undefined ? undefined : { start: match.index, end: found.end };
}

/** More groups of digits than a telephone number has. */
const table = /\d{1,15}(?:[ ./()-]{1,3}\d{1,15}){7}/y;

/** Finds numbers without their country code where words say so. */
function prepareNational(text: string): Extent {
  let words: ContextWord[] | undefined;
  return (_, match) => {
    const from = match.index + (match[0].startsWith('(') ? 1 : 0);
    const written = ({ start, end }: Span) => text.slice(start, end);
    table.lastIndex = from;
    if (table.test(text)) return table.lastIndex;
    let before: ReturnType<typeof certaintyAt>;
    const found = longest(text, from, (groups, span) => {
      if (!isNational(groups, written(span), 'noun')) return false;
      words ??= readContextWords(text);
      before ??= certaintyAt(text, words, { start: match.index, end: span.end });
      return before !== undefined && isNational(groups, written(span), before);
    });
    return found === undefined ? undefined : { start: match.index, end: found.end };
  };
}

/** Numbers whose writing is enough to know them by. */
function knownExtent(text: string, match: RegExpExecArray): Span | undefined {
  const span = { start: match.index, end: match.index + match[0].length };
  if (/^(?:[-.]?[\d\ue000]|\p{L})/u.test(text.slice(span.end, span.end + 2))) return undefined;
  return isOtherNumber(text, span.start) ? undefined : span;
}

const begins = '(?<![\\p{Ll}\\p{Lu}\\d$€£¥+\\ue000]|\\d[-./,])';

export const phoneFinders: readonly Finder[] = [
  {
    pattern:
      /(?=[+0])(?<![\p{Ll}\p{Lu}\p{N}+\ue000])(?:\+\(?(?=[1-9])|(?<![\d\ue000][ ./-])00[ -]?(?=[1-9]))/gu,
    extent: internationalExtent,
  },
  {
    pattern: new RegExp(`(?=[\\d(])${begins}(?=\\(?\\d(?:[ ./()-]{0,3}\\d){6})\\(?\\d`, 'gu'),
    prepare: prepareNational,
  },
  {
    // North America's and Brazil's with their area code in brackets or hyphens, mobile numbers of Japan and Korea.
    pattern: new RegExp(
      `(?=[1-9(0])${begins}(?:(?:1[ .-]?)?(?:\\([2-9]\\d{2}\\) ?[2-9]\\d{2}[ .-]|[2-9]\\d{2}([.-])[2-9]\\d{2}\\1)\\d{4}|\\([1-9]\\d\\) ?9\\d{4}-\\d{4}|0(?:[789]0|1[016-9])-\\d{4}-\\d{4})`,
      'gu',
    ),
    extent: knownExtent,
  },
];
