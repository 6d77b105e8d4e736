import { contextBefore } from './context.ts';
import { type Finder, lastPart, type Span, wholeOf } from './find-text.ts';

/** Programs and documents whose versions and sections have four parts too. */
const versionWord =
  /(?:\bv|\bver|version|versión|versão|versione|release|\brel|build|firmware|\bfw|driver|update[ds]?|patch|upgrade[ds]?|section|\bsec|chapter|clause|article|paragraph|figure|table|step|rule|appendix|§|\boid|objectidentifier|\bobject|contract|__version__|requires|chrom(?:e|ium)|firefox|safari|edge|opera|webkit|electron|node|python|ruby|java|jdk|php|nginx|apache|openssl|kernel|linux|windows|macos|ios|android|\bsdk|\bapi|package|plugin|library|assembly|nuget|app|agent)(?:\s{0,2}(?:to|from|and|no\.?|number|is|was)(?:\s\d[\w.+-]{0,30})?)?(?:\s{0,2}(?:to|and|or|→|->|-))?[\s/:=("'@v]{0,4}$/i;

/** Whether an address is everybody's: private, of this machine or this link, a mask, a group's, or no one's. */
function isNobodys([first = 0, second = 0]: readonly number[]): boolean {
  return (
    first === 0 ||
    first === 10 ||
    first === 127 ||
    first >= 224 ||
    (first === 100 && second >= 64 && second < 128) ||
    (first === 169 && second === 254) ||
    (first === 172 && second >= 16 && second < 32) ||
    (first === 192 && second === 168)
  );
}

function ipv4Extent(text: string, match: RegExpExecArray): Span | undefined {
  return isAddress(text, wholeOf(match)) ? wholeOf(match) : undefined;
}

/** Providers' names of hosts hold their address: ec2-203-0-113-7.compute.amazonaws.com. */
function hostExtent(text: string, match: RegExpExecArray): Span | undefined {
  const span = lastPart(text, match);
  return isAddress(text, span) ? span : undefined;
}

/** Prefixes of versions and object identifiers go on, and versions have a suffix. */
const goesOn = /^(?:\.?[\p{N}_\ue000]|\p{L}|[-+](?:alpha|beta|rc|snapshot|preview|dev|build))/iu;

/** Words about machines; a port behind it says the same. */
const addressWord =
  /(?<!\p{L})(?:ips?|ipv4|address(?:es)?|addr|hosts?|servers?|clients?|peers?|remote|dns|resolvers?|nameservers?|gateway|ping|ssh|from|by|visitor|login|connect\p{L}*|bind|proxy|forwarded-for|adresse|servidor|direcci[oó]n)(?!\p{L})[^.\n]{0,30}$|[@/]$/iu;

function isAddress(text: string, { start, end }: Span): boolean {
  const octets = text.slice(start, end).split(/\D+/).map(Number);
  return (
    octets.length === 4 &&
    octets.every((octet) => octet <= 255) &&
    !isNobodys(octets) &&
    !goesOn.test(text.slice(end, end + 10)) &&
    !versionWord.test(contextBefore(text, start)) &&
    // Four small numbers are mostly a version.
    (octets.some((octet) => octet > 25) ||
      addressWord.test(contextBefore(text, start)) ||
      /^:\d/.test(text.slice(end, end + 2)))
  );
}

/** An IPv6 address: eight groups, or fewer around one "::". */
function ipv6Extent(_: string, match: RegExpExecArray): Span | undefined {
  const halves = match[0].split('::');
  const groups = halves.flatMap((half) => (half === '' ? [] : half.split(':')));
  const right =
    groups.every((group) => group !== '') &&
    (halves.length === 1 ? groups.length === 8 : halves.length === 2 && groups.length < 8);
  return right ? wholeOf(match) : undefined;
}

const octet = '\\d{1,3}';
const dot = '(?:\\.|\\[\\.\\]|\\(\\.\\))';

export const addressFinders: readonly Finder[] = [
  {
    pattern: new RegExp(`(?=\\d{1,3}[.[(])(?<![\\w.+\\ue000])(?:${octet}${dot}){3}${octet}`, 'g'),
    extent: ipv4Extent,
  },
  {
    pattern: /(?<![a-z])(?:ec2|ip|host|pool|dsl|static|dyn(?:amic)?)-(\d{1,3}(?:-\d{1,3}){3})(?=[.\s-])/gi,
    extent: hostExtent,
  },
  {
    // Addresses of the whole world begin with 2 or 3 and have four digits first; "::2" and "10:20:30" are other things.
    pattern: /(?=[23][\da-f]{3}:)(?<![\w:.\ue000])[23][\da-f]{3}(?::[\da-f]{0,4}){2,7}(?![\w:\ue000])/gi,
    extent: ipv6Extent,
  },
];
