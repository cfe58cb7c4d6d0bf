/* bridge.cjs MODULES - imapflow, worked by somebody else: reads one JSON object a line, {id, do, args},
 * calls that method and answers {id, value} or {id, error}; what imapflow tells of itself comes as
 * {event, value}.  Octets are {octets: base64}, big numbers and dates text, sets and maps lists. */
'use strict';
const path = require('path');
const readline = require('readline');
const { ImapFlow } = require(path.join(process.argv[2], 'imapflow'));

const EVENTS = ['exists', 'expunge', 'flags', 'mailboxOpen', 'mailboxClose', 'close', 'error'];
let client, lock;
const talk = [];

function plain(value) {
    if (Buffer.isBuffer(value)) return { octets: value.toString('base64') };
    if (typeof value === 'bigint') return value.toString();
    if (value instanceof Date) return value.toISOString();
    if (value instanceof Set) return [...value].map(plain);
    if (value instanceof Map) return [...value.entries()].map(plain);
    if (value instanceof Error) return value.message + ' ' + (value.responseText || '');
    if (Array.isArray(value)) return value.map(plain);
    if (value && typeof value === 'object')
        return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, plain(v)]));
    return value;
}

function original(value) {
    if (Array.isArray(value)) return value.map(original);
    if (value && typeof value === 'object') {
        if ('octets' in value) return Buffer.from(value.octets, 'base64');
        if ('big' in value) return BigInt(value.big);
        if ('date' in value) return new Date(value.date);
        return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, original(v)]));
    }
    return value;
}

function say(what) {
    process.stdout.write(JSON.stringify(plain(what)) + '\n');
}

const own = {
    connect(options) {
        const logger = { trace() {}, info() {}, warn() {}, error() {}, debug(o) { if (o && o.msg) talk.push(o.src + ' ' + o.msg); } };
        client = new ImapFlow({ ...options, logger, logRaw: false });
        for (const event of EVENTS) client.on(event, value => say({ event, value: event === 'mailboxOpen' ? value.path : value }));
        return client.connect();
    },
    async lock(name, options) { lock = await client.getMailboxLock(name, options); },
    release() { lock.release(); },
    async fetch(...args) {
        const found = [];
        for await (const m of client.fetch(...args)) found.push(m);
        return found;
    },
    async download(...args) {
        const { meta, content } = await client.download(...args);
        const chunks = [];
        for await (const chunk of content) chunks.push(chunk);
        return { meta, content: Buffer.concat(chunks) };
    },
    get(name) { return client[name]; },
    talk() { return talk.splice(0); }
};

readline.createInterface({ input: process.stdin }).on('line', async line => {
    const { id, do: name, args } = JSON.parse(line);
    try {
        const value = await (own[name] ? own[name](...original(args)) : client[name](...original(args)));
        say({ id, value: value === undefined ? null : value });
    } catch (error) {
        say({ id, error });
    }
}).on('close', () => process.exit(0));
