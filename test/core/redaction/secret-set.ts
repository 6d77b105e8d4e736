import { createRandom, type RandomSource } from '#core/statistics/random.ts';

/** A secret in a text: `gone` may not stand in what redaction leaves. */
export interface SecretCase {
  readonly form: string;
  readonly text: string;
  readonly gone: string;
}

const base62 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const hexDigits = '0123456789abcdef';

/** Random characters with at least one digit among them. */
function characters(random: RandomSource, alphabet: string, count: number): string {
  const all = Array.from({ length: count }, () => alphabet[random.integer(alphabet.length)]).join('');
  return `${all.slice(0, -1)}${random.integer(10)}`;
}

function uuid(random: RandomSource): string {
  return [8, 4, 4, 4, 12].map((count) => characters(random, hexDigits, count)).join('-');
}

/** Keys as their issuers make them, the sign apart from the rest so that no scanner of repositories takes them for real ones. */
const issued: readonly (readonly [
  string,
  ...(string | readonly ['62' | 'hex' | '64' | 'upper' | 'digits', number])[],
])[] = [
  ['AK', 'IA', ['upper', 16]],
  ['AS', 'IA', ['upper', 16]],
  ['gh', 'p_', ['62', 36]],
  ['gh', 'o_', ['62', 36]],
  ['gh', 's_', ['62', 36]],
  ['github', '_pat_', ['62', 22], '_', ['62', 59]],
  ['gl', 'pat-', ['64', 20]],
  ['gl', 'dt-', ['64', 20]],
  ['gl', 'ptt-', ['hex', 40]],
  ['gl', 'cbt-', ['64', 20]],
  ['xo', 'xb-', ['digits', 12], '-', ['digits', 13], '-', ['62', 24]],
  ['xo', 'xp-', ['digits', 12], '-', ['digits', 12], '-', ['digits', 12], '-', ['hex', 32]],
  ['xap', 'p-1-A', ['upper', 10], '-', ['digits', 13], '-', ['hex', 64]],
  ['https://hooks.sl', 'ack.com/services/T', ['upper', 8], '/B', ['upper', 8], '/', ['62', 24]],
  ['sk', '_live_', ['62', 24]],
  ['sk', '_test_', ['62', 99]],
  ['rk', '_live_', ['62', 24]],
  ['pk', '_live_', ['62', 24]],
  ['wh', 'sec_', ['62', 32]],
  ['s', 'k-', ['62', 48]],
  ['s', 'k-proj-', ['64', 156]],
  ['s', 'k-svcacct-', ['64', 100]],
  ['s', 'k-admin-', ['64', 80]],
  ['s', 'k-ant-api03-', ['64', 93], 'AA'],
  ['s', 'k-ant-admin01-', ['64', 93], 'AA'],
  ['s', 'k-or-v1-', ['hex', 64]],
  ['s', 'k-', ['hex', 32]],
  ['AI', 'za', ['64', 35]],
  ['GOC', 'SPX-', ['64', 28]],
  ['ya', '29.', ['64', 80]],
  ['1/', '/0', ['64', 40]],
  ['h', 'f_', ['62', 34]],
  ['gs', 'k_', ['62', 52]],
  ['xa', 'i-', ['62', 80]],
  ['pp', 'lx-', ['62', 48]],
  ['r', '8_', ['62', 37]],
  ['nv', 'api-', ['64', 64]],
  ['np', 'm_', ['62', 36]],
  ['py', 'pi-AgEIcHlwaS5vcmc', ['64', 120]],
  ['dck', 'r_pat_', ['64', 27]],
  ['rubyg', 'ems_', ['hex', 48]],
  ['S', 'K', ['hex', 32]],
  ['S', 'G.', ['64', 22], '.', ['64', 43]],
  ['ke', 'y-', ['hex', 32]],
  ['xkey', 'sib-', ['hex', 64], '-', ['62', 16]],
  ['do', 'p_v1_', ['hex', 64]],
  ['da', 'pi', ['hex', 32]],
  ['hv', 's.', ['62', 24]],
  ['sb', 'p_', ['hex', 40]],
  ['psc', 'ale_pw_', ['64', 43]],
  ['shp', 'at_', ['hex', 32]],
  ['rzp', '_live_', ['62', 14]],
  ['sq0', 'atp-', ['64', 22]],
  ['nt', 'n_', ['62', 46]],
  ['secr', 'et_', ['62', 43]],
  ['lin', '_api_', ['62', 40]],
  ['PM', 'AK-', ['hex', 24], '-', ['hex', 34]],
  ['fi', 'gd_', ['64', 40]],
  ['NR', 'AK-', ['upper', 27]],
  ['gl', 'sa_', ['62', 32], '_', ['hex', 8]],
  ['tsk', 'ey-auth-', ['62', 11], '-', ['62', 32]],
  ['pu', 'l-', ['hex', 40]],
  ['sntr', 'ys_', ['62', 120]],
  ['dp.', 'pt.', ['62', 43]],
  ['pat', '-na1-', ['hex', 8], '-', ['hex', 4], '-', ['hex', 4], '-', ['hex', 4], '-', ['hex', 12]],
  ['digits:', '', ['digits', 10], ':AA', ['64', 33]],
  ['ey', 'JhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.ey', ['62', 60], '.', ['64', 43]],
  ['FwoG', 'ZXIvYXdz', ['62', 200], '=='],
];

function issue(random: RandomSource, parts: (typeof issued)[number]): string {
  const alphabets = {
    '62': base62,
    hex: hexDigits,
    '64': `${base62}-_`,
    upper: 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567',
    digits: '0123456789',
  };
  return parts
    .map((part) =>
      typeof part !== 'string'
        ? characters(random, alphabets[part[0]], part[1])
        : part === 'digits:'
          ? ''
          : part,
    )
    .join('');
}

/** Where a key stands: `%` is the key. */
const aroundKeys = [
  '%',
  'my key is %',
  'Here you go: %.',
  'export API_KEY=%',
  '{"key":"%","n":1.50}',
  "client = Client('%')",
  'Authorization: Bearer %',
  '```\nKEY="%"\n```',
  'curl -H "x-api-key: %" https://api.example.com/v1',
  'It failed with `%` (see log)',
  '{"log":"{\\"token\\":\\"%\\"}"}',
  '- token: %\n- region: eu',
];

/** Where a value is a key because its name says so: `%` is the value. */
const namedKeys = [
  'api_key=%',
  'API_KEY: %',
  'apiKey: "%"',
  'X-API-Key: %',
  '{"api_key": "%"}',
  '{"clientSecret":"%","retries":3}',
  'client_secret=%&grant_type=x',
  'AWS_SECRET_ACCESS_KEY=%',
  '{"SecretAccessKey" : "%"}',
  'auth_token = "%"',
  'access_token=%',
  '"refresh_token": "%"',
  'secret: %',
  'SECRET_KEY=%',
  'STRIPE_SECRET_KEY="%"',
  'GITHUB_TOKEN=%',
  'x-auth-token: %',
  'Authorization: Bearer %',
  'authorization: token %',
  'Authorization: ApiKey %',
  'the api key is %',
  'My API key: %',
  'token=%',
  'webhook_secret: %',
  'https://api.example.com/v1?api_key=%&q=1',
  'https://example.com/cb?access_token=%#x',
  'AccountName=a;AccountKey=%;EndpointSuffix=core',
  'Endpoint=sb://a.example/;SharedAccessKeyName=Root;SharedAccessKey=%',
  'encryption key = %',
  '<apiKey>%</apiKey>',
  'const token = "%";',
  'private_key: "%"',
  'Cookie: sessionid=%; theme=dark',
  '--api-key %',
  '--token=%',
  'my access token is %',
];

const passwords = [
  'hunter2hunter2',
  'Tr0ub4dor&3',
  'S3cr3t!Pass',
  'Zk7#pQ2m',
  'correct-horse-9-battery',
  'Winter2026!',
  'pa55phrase',
  'aB9$xY2?',
  'q1w2e3r4t5',
];

const namedPasswords = [
  'password: %',
  'Password=%',
  'DB_PASSWORD=%',
  '{"password": "%"}',
  '{"dbPassword":"%","port":5432}',
  'my password is %',
  'My password is "%".',
  'the password for the wifi is %',
  "password = '%'",
  'PASSWD: %',
  'pwd=%',
  'user: admin\npass: %',
  'passphrase: %',
  'Passwort: %',
  'Mein Passwort ist %',
  'Das Kennwort lautet %',
  'mot de passe : %',
  'mon mot de passe est %',
  'mi contraseña es %',
  'contraseña: %',
  'minha senha é %',
  'senha: %',
  'パスワードは%です',
  '密码是 %',
  '密码：%',
  'пароль: %',
  'postgres://app:%@db.example.com:5432/x',
  'mysql://root:%@localhost/x',
  'mongodb+srv://u:%@cluster0.example.net/?retryWrites=true',
  'redis://:%@cache:6379/0',
  'amqp://guest:%@mq:5672',
  'https://ann:%@example.com/path',
  'curl -u admin:% https://api.example.com',
  'curl --user "admin:%" https://api.example.com',
  'sshpass -p % ssh root@host',
  'PGPASSWORD=% psql -h db',
  'mysql -u root -p% shop',
  'Server=db;User Id=sa;Password=%;Encrypt=yes',
  '<password>%</password>',
  '--password=%',
  '--password %',
  'I changed my password to %',
  'login: ann / password: %',
  'username admin password %',
];

const phones: readonly (readonly [readonly string[], readonly string[]])[] = [
  [
    [
      'Call me at %',
      'my phone is %',
      'phone: %',
      'Tel: %',
      'cell %',
      'text me on %',
      '{"phone":"%"}',
      'mobile number: %',
      'reach me at % after 5',
      '% is my cell',
      'fax %',
      'phone_number=%',
    ],
    [
      '(415) 555-2671',
      '415-555-2671',
      '415.555.2671',
      '415 555 2671',
      '4155552671',
      '1-415-555-2671',
      '1 (415) 555-2671',
      '+1 415 555 2671',
      '(628)555-0143',
    ],
  ],
  [
    [
      'ring %',
      'call us on %',
      'Mobile: %',
      'phone number is %',
      'Tel. %',
      'contact number: %',
      'my mobile is %',
    ],
    [
      '020 7946 0958',
      '07700 900123',
      '07700900123',
      '0161 496 0123',
      '(0161) 496 0123',
      '01632 960 001',
      '+44 20 7946 0958',
      '+44 (0)7700 900123',
      '0044 7700 900123',
    ],
  ],
  [
    [
      'Telefon: %',
      'Tel.: %',
      'Handy %',
      'Meine Nummer ist %',
      'Rufnummer: %',
      'ruf mich an: %',
      'Mobil % (ab 18 Uhr)',
      'Sie erreichen mich unter %',
      'Handynummer: %',
      'Telefonnummer %',
    ],
    [
      '0171 2345678',
      '0171/2345678',
      '0171-2345678',
      '01712345678',
      '030 901820',
      '030/90182034',
      '(030) 9018 2034',
      '089 / 12 34 56 78',
      '+49 171 2345678',
      '0049 171 2345678',
      '04101 123456-78',
    ],
  ],
  [
    [
      'mon numéro : %',
      'téléphone : %',
      'Tél. %',
      'appelez-moi au %',
      'portable : %',
      'joignable au %',
      'mon numéro est le %',
      'numéro de téléphone %',
      'appelle le %',
    ],
    [
      '06 12 34 56 78',
      '0612345678',
      '06.12.34.56.78',
      '06-12-34-56-78',
      '01 42 68 53 00',
      '+33 6 12 34 56 78',
      '+33612345678',
      '0033 6 12 34 56 78',
    ],
  ],
  [
    [
      'mi teléfono es %',
      'teléfono: %',
      'llámame al %',
      'móvil %',
      'mi número es el %',
      'Tel. %',
      'llamar al %',
      'contacto: %',
    ],
    [
      '612 345 678',
      '612345678',
      '612 34 56 78',
      '91 123 45 67',
      '912 345 678',
      '+34 612 345 678',
      '+34612345678',
      '0034 612 345 678',
    ],
  ],
  [
    [
      'telefono: %',
      'il mio numero è %',
      'cell. %',
      'cellulare %',
      'chiamami al %',
      'tel. %',
      'numero di telefono: %',
      'chiamare il %',
    ],
    [
      '333 1234567',
      '3331234567',
      '333 123 4567',
      '06 12345678',
      '02 1234 5678',
      '+39 333 1234567',
      '0039 333 1234567',
      '347-1234567',
    ],
  ],
  [
    [
      'call %',
      'my mobile no. is %',
      'phone %',
      'WhatsApp: %',
      'मेरा फ़ोन नंबर % है',
      'मोबाइल: %',
      'contact no: %',
      'mobile no %',
    ],
    [
      '98765 43210',
      '9876543210',
      '98765-43210',
      '09876543210',
      '+91 98765 43210',
      '+91-9876543210',
      '080-23456789',
      '987 654 3210',
    ],
  ],
  [
    [
      'meu telefone é %',
      'celular: %',
      'liga para %',
      'telefone %',
      'WhatsApp %',
      'meu número é %',
      'contato: %',
      'fone: %',
    ],
    [
      '(11) 98765-4321',
      '11 98765-4321',
      '11987654321',
      '(11) 3456-7890',
      '(21)98765-4321',
      '+55 11 98765-4321',
      '0 11 98765-4321',
      '98765-4321',
    ],
  ],
  [
    [
      '電話番号は%です',
      '電話: %',
      '携帯 %',
      'TEL %',
      '電話番号：%',
      '%に電話してください',
      'phone: %',
      '携帯電話は%',
    ],
    [
      '090-1234-5678',
      '09012345678',
      '03-1234-5678',
      '0312345678',
      '(03) 1234-5678',
      '０９０－１２３４－５６７８',
      '+81 90-1234-5678',
      '0120-123-456',
    ],
  ],
  [
    ['我的手机号是%', '手机：%', '电话: %', '请拨打%', '联系电话 %', '致电%', '电话号码：%', 'phone %'],
    [
      '13812345678',
      '138 1234 5678',
      '138-1234-5678',
      '010-12345678',
      '(010) 1234 5678',
      '+86 138 1234 5678',
      '400-123-4567',
      '0755-12345678',
    ],
  ],
];

/** Check digits by the rules of their own. */
const luhnDigit = (digits: string) => {
  const sum = [...digits].reverse().reduce((total, digit, place) => {
    const counted = Number(digit) * (place % 2 === 0 ? 2 : 1);
    return total + (counted > 9 ? counted - 9 : counted);
  }, 0);
  return String((10 - (sum % 10)) % 10);
};

function cardNumber(random: RandomSource, prefix: string, length: number): string {
  const body = prefix + Array.from({ length: length - 1 - prefix.length }, () => random.integer(10)).join('');
  return body + luhnDigit(body);
}

const cardGroups: readonly (readonly [string, number, readonly (readonly number[])[]])[] = [
  ['4', 16, [[4, 4, 4, 4], [16], [8, 8]]],
  ['51', 16, [[4, 4, 4, 4], [16]]],
  ['2223', 16, [[4, 4, 4, 4], [16]]],
  ['6011', 16, [[4, 4, 4, 4], [16]]],
  ['3566', 16, [[4, 4, 4, 4], [16]]],
  ['37', 15, [[4, 6, 5], [15], [4, 4, 4, 3]]],
  ['36', 14, [[4, 6, 4], [14]]],
  ['6759', 16, [[4, 4, 4, 4], [16]]],
  ['5018', 16, [[4, 4, 4, 4], [16]]],
];
const separators = [' ', '-', '  ', '.', '\u00a0', '–', '_'];
const aroundCards = [
  '%',
  'card %',
  'My card number is %, exp 12/29',
  '{"pan":"%"}',
  'pan=%',
  'Kreditkarte: %',
  'paid with % today',
  '{"card":{"number":"%","cvc":"123"}}',
  'charge %.',
  'tarjeta %',
  '(%)',
];

function group(digits: string, sizes: readonly number[], by: string): string {
  const starts = sizes.map((_, index) => sizes.slice(0, index).reduce((sum, size) => sum + size, 0));
  return sizes.map((size, index) => digits.slice(starts[index], (starts[index] ?? 0) + size)).join(by);
}

const ibans = [
  'DE89370400440532013000',
  'GB82WEST12345698765432',
  'FR1420041010050500013M02606',
  'ES9121000418450200051332',
  'IT60X0542811101000000123456',
  'NL91ABNA0417164300',
  'CH9300762011623852957',
  'AT611904300234573201',
  'BE68539007547034',
  'PL61109010140000071219812874',
  'NO9386011117947',
  'SE4550000000058398257466',
  'PT50000201231234567890154',
  'IE29AIBK93115212345678',
  'SA0380000000608010167519',
  'BR1800360305000010009795493C1',
  'TR330006100519786457841326',
  'AE070331234567890123456',
];
const aroundIbans = [
  '%',
  'IBAN %',
  'iban: %',
  'Bitte auf % überweisen',
  '{"iban":"%"}',
  'IBAN=%',
  'My IBAN is %.',
  'compte % (principal)',
  'transfer to %, thanks',
];

const mails = [
  'ann.lee@example.com',
  'ANN@EXAMPLE.ORG',
  "o'neil@example.ie",
  'ann+news@mail.example.co.uk',
  'a_b-c@sub.example.museum',
  'jürgen@müller.example',
  '用户@例子.公司',
  'x@example.photography',
  'info@1and1.example',
  'ann@xn--mller-kva.example',
  '"Ann Lee"@example.com',
  'n.o.reply@example-shop.de',
];
const aroundMails = [
  '%',
  'mail %',
  'Write to %, please.',
  '<%>',
  'mailto:%',
  '{"email":"%"}',
  'From: Ann <%>',
  '(%)',
  'email=%&x=1',
  '[%](mailto:x)',
  "'%'",
  '%;bob',
  '| % |',
  'E-Mail:%',
];
const writtenMails = [
  'ann&#64;example.com',
  'ann&#x40;example.com',
  'ann&commat;example.com',
  '{"m":"ann\\u0040example.com"}',
  'ann%40example.com',
  'ann＠example.com',
  'ann [at] example.com',
  'ann(at)example(dot)com',
  'ann at example dot com',
  'ann [at] example [dot] com',
  'ann@example[.]com',
  'ann\u200b@example.com',
  'root@[203.0.113.9]',
  '{\\"m\\":\\"ann@example.com\\"}',
  '{"a":"{\\"m\\":\\"ann@example.com\\"}"}',
  'email: ann @ example.com',
  'ann@exam\u00adple.com',
  'log: {\\\\\\"m\\\\\\":\\\\\\"ann@example.com\\\\\\"}',
];

const ips = [
  '203.0.113.7',
  '198.51.100.23',
  '8.8.4.4',
  '151.101.1.140',
  '88.198.45.12',
  '2001:db8:85a3::8a2e:370:7334',
  '2a00:1450:4001:81b::200e',
  '2001:0db8:0000:0000:0000:ff00:0042:8329',
  '2606:4700::1111',
  '::ffff:203.0.113.7',
];
const aroundIps = [
  '%',
  'from % at 12:30',
  'client=%',
  '{"ip":"%"}',
  'X-Forwarded-For: %, 10.0.0.1',
  'ssh root@%',
  'My IP is %.',
  '[%]',
  'Failed login from % port 22',
  '% - - [28/Nov/2026:14:58:30 +0000] "GET / HTTP/1.1" 200',
  'ping %',
];
const writtenIps = [
  'http://203.0.113.7:8080/x',
  '203.0.113.7/32',
  '203[.]0[.]113[.]7',
  'ec2-203-0-113-7.compute.example.com',
  'http://[2001:db8::8a2e:7334]:80/',
  '203.0.113.7:443,203.0.113.8:443',
];

const ssns = ['123-45-6789', '078-05-1120', '219-09-9999', '457-55-5462'];
const aroundSsns = [
  'SSN %',
  'my social security number is %',
  'ssn: %',
  '{"ssn":"%"}',
  '%',
  'SSN#%',
  'Social Security No. %',
  'SSN is %.',
  'social security: %',
];
const namedSsns = [
  'SSN 123456789',
  'ssn: 123 45 6789',
  '{"ssn":"123456789"}',
  'social security number 123.45.6789',
  'SSN: 123–45–6789',
  'my SSN is 123456789',
];

/** Many writings of each form, made anew from the seed. */
export function makeSecrets(seed: string): SecretCase[] {
  const random = createRandom(seed);
  const cases: SecretCase[] = [];
  const add = (form: string, around: string, written: string, gone = written) =>
    cases.push({ form, text: around.replace('%', () => written), gone });
  const some = <Item>(items: readonly Item[], count: number) =>
    Array.from({ length: count }, () => items[random.integer(items.length)] as Item);
  for (const parts of issued)
    for (const around of some(aroundKeys, 3)) {
      const key = issue(random, parts);
      add('token', around, key, key.slice(-12));
    }
  for (const around of namedKeys) {
    add('token', around, characters(random, hexDigits, 32));
    add('token', around, characters(random, base62, 40));
    if (random.chance(0.3)) add('token', around, uuid(random));
  }
  for (const around of namedPasswords)
    for (const password of some(passwords, 2)) add('password', around, password);
  for (const [words, numbers] of phones)
    for (const number of numbers) for (const around of some(words, 3)) add('phone', around, number);
  for (const number of phones.flatMap(([, numbers]) => numbers.filter((one) => one.startsWith('+'))))
    add('phone', '%', number);
  for (const [prefix, length, writings] of cardGroups)
    for (const sizes of writings)
      for (const around of some(aroundCards, 3)) {
        const by = separators[random.integer(separators.length)] as string;
        add('card', around, group(cardNumber(random, prefix, length), sizes, by));
      }
  for (const iban of ibans)
    for (const around of some(aroundIbans, 3)) {
      const grouped = (iban.match(/.{1,4}/g) ?? []).join(some([' ', '', '-', '\u00a0'], 1)[0]);
      add('iban', around, random.chance(0.3) ? grouped.toLowerCase() : grouped);
    }
  for (const mail of mails) for (const around of some(aroundMails, 4)) add('email', around, mail);
  for (const mail of writtenMails)
    add(
      'email',
      some(['%', 'Write: %', '%, thanks'], 1)[0] as string,
      mail,
      /203/.test(mail) ? 'root@' : (/ann(?:\u200b)?.{0,12}exam/.exec(mail)?.[0] ?? mail),
    );
  for (const ip of ips) for (const around of some(aroundIps, 3)) add('address', around, ip);
  for (const ip of writtenIps)
    add('address', '%', ip, /203[^ ]{0,4}0[^ ]{0,4}113[^ ]{0,4}7|2001:db8::8a2e:7334/.exec(ip)?.[0] ?? ip);
  for (const ssn of ssns) for (const around of aroundSsns) add('ssn', around, ssn);
  for (const ssn of namedSsns) add('ssn', '%', ssn, /\d.*\d/.exec(ssn)?.[0] ?? ssn);
  return cases;
}
