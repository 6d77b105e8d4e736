import { type Finder, lastPart } from './find-text.ts';

/** A password of a command line: no option, variable or placeholder. */
const word = '([^\\s"\'$<-][^\\s"\']{3,63})';
/** Up to so much of the same command may stand before it. */
const options = '(?:[^\\n|;&]{0,80}?\\s)';

function passwordOf(program: RegExp, option: string): Finder {
  return {
    mayHold: (text) => / -[pPwa]/.test(text) && program.test(text),
    pattern: new RegExp(`\\b(?:${program.source})\\b${options}${option}${word}`, 'g'),
    extent: lastPart,
  };
}

/** A password as programs take it from their command line, as a database's statement sets it, or beside a user's name. */
export const commandLineFinders: readonly Finder[] = [
  passwordOf(/mysql(?:dump|admin)?|mariadb/, '-p'),
  passwordOf(/sshpass|plink|pscp|docker login|az login|oc login|sqlcmd/, '(?:-pw|-p|-P)[ =]?["\']?'),
  passwordOf(/redis-cli/, '-a\\s["\']?'),
  passwordOf(/ldap\w{0,20}/, '-w\\s?["\']?'),
  {
    mayHold: (text) => /\s-(?:u|U|-user|-proxy-user)[ =]/.test(text),
    pattern: /\s-(?:u|U|-user|-proxy-user)[ =]["']?[^\s:"']{1,64}:([^\s"'$<{/][^\s"']{2,99})/g,
    extent: lastPart,
  },
  {
    mayHold: (text) => /identified/i.test(text),
    pattern: /\bidentified (?:with \w{1,40} )?by ["']([^"'\n]{4,100})/gi,
    extent: lastPart,
  },
  {
    mayHold: (text) => /cred|log ?in|zugangs|identifiants/i.test(text),
    pattern:
      /\b(?:credentials?|creds|login|log in with|zugangsdaten|identifiants|credenciales|credenziali)(?: (?:is|are|with|sind|sont|son))?[ :=]{1,3}["'`]?[\w.@+-]{2,64}\s{0,2}[:/]\s{0,2}(?=[^\s"'`]{0,40}\d)([^\s"'`/<>,;]{5,64})/gi,
    extent: lastPart,
  },
];
