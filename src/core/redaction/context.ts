import { hidden } from './builtin-names.ts';

/** Longest stretch before a find that is looked through for words about it. */
const maxContext = 60;

const notContext = new RegExp(`${hidden}|\\n[^\\S\\n]{0,20}\\n`);

/** What stands before a place and may say what begins there: back to what is hidden, to an empty line, or to the bound. */
export function contextBefore(text: string, at: number, most = maxContext): string {
  const context = text.slice(Math.max(0, at - most), at);
  return context.split(notContext).at(-1) ?? '';
}

/** What stands behind a place, in the same line. */
export function contextAfter(text: string, at: number, most = maxContext): string {
  return text.slice(at, at + most).split(/[\n\ue000]/)[0] ?? '';
}

/**
 * The words before a place that say what it is not: numbers of orders, versions, dates. Where the last one of these
 * stands nearer than any other word about it, it holds.
 */
const otherNumbers = [
  // English
  'orders?|ord|invoices?|inv|tickets?|tracking|shipments?|parcels?|packages?|serials?|s/n|sku|parts?|items?|products?|models?',
  'isbn|issn|ean|gtin|upc|asin|doi|ref|references?|cases?|claims?|polic(?:y|ies)|accounts?|acct|customers?|members?|users?|ids?',
  'uuid|guid|transactions?|txn|confirmation|bookings?|reservations?|flights?|versions?|ver|builds?|releases?|revisions?|commits?|sha\\d*|hash|md5',
  'timestamps?|epoch|unix|zip|postal|postcode|postleitzahl|plz|sections?|sec|§|pages?|chapters?|lines?|rows?|clauses?|articles?|rfc|iso|din|ieee|pid|port|seed|population|total',
  'amounts?|price|costs?|balance|sum|vat|tax|patents?|vin|imei|lots?|batch(?:es)?|meters?|oid|figures?|tables?|steps?|rules?|score|votes?|visits?|bytes|rows|records?|requests?|sessions?|traces?|jobs?|runs?|queues?|issues?|pull|bugs?',
  // German, French, Spanish, Italian, Portuguese
  'bestell\\p{L}*|auftrag\\p{L}*|rechnung\\p{L}*|sendung\\p{L}*|kunden\\p{L}*|artikel\\p{L}*|seriennummer|vorgang\\p{L}*|aktenzeichen|vertrag\\p{L}*|konto\\p{L}*',
  'commande|facture|suivi|référence|dossier|colis|pedido|factura|fatura|seguimiento|referencia|referência|ordine|fattura|pratica|spedizione|protocolo|rastreio|nota',
].join('|');
const numberWords = 'numbers?|num|no\\.?|nr\\.?|nº|n°|#|codes?|ids?|nummer|numéro|número|numero';

/** Words for what a number is not. A "number" behind them is theirs. */
export const otherNumber = `(?<![\\p{L}\\p{N}])(?:${otherNumbers})(?!\\p{L})(?:[ _-]{0,2}(?:${numberWords})(?!\\p{L}))?|注文(?:番号)?|追跡|订单号?|單號|单号|快递|编号`;

const lastOther = new RegExp(
  `(?:${otherNumber})[\\s:=#"'.,-]{0,8}(?:(?:is|was|ist|est|es|è|é)\\s{1,3})?[\\p{L}]{0,2}[-#]?$`,
  'iu',
);

/** Whether the word right before a place says that the number there is of something else, such as an order. */
export function isOtherNumber(text: string, at: number): boolean {
  return lastOther.test(contextBefore(text, at));
}
