// The state of a scan, 64-bit integers at these byte offsets; `scan-fast.ts` reads them.
const IN_QUOTE: usize = 0;
const OPENING_MAY_FOLLOW: usize = 8;
const AFTER_CLOSING: usize = 16;
const AFTER_CR: usize = 24;
const RECORDS: usize = 32;
const BLANK_LINES: usize = 40;
const LINES: usize = 48;
const CRS: usize = 56;
const RECORD_START: usize = 64;
const DELIMITERS: usize = 72;
const POSITION: usize = 80;
const QUOTES: usize = 88;
const PHYSICAL_LINES: usize = 96;
const NEXT_MARK: usize = 104;
const STRIDE: usize = 112;
const USED: usize = 120;
const ALIKE: usize = 128;
const ODD: usize = 136;
const OPEN: usize = 144;
const SLOTS: usize = 256;
const SLOT_COUNT: u64 = 8192;

/** A bit for each of 64 bytes that equals `byte`. */
@inline
function equal(a: v128, b: v128, c: v128, d: v128, byte: v128): u64 {
  return (
    <u64>i8x16.bitmask(i8x16.eq(a, byte)) |
    (<u64>i8x16.bitmask(i8x16.eq(b, byte)) << 16) |
    (<u64>i8x16.bitmask(i8x16.eq(c, byte)) << 32) |
    (<u64>i8x16.bitmask(i8x16.eq(d, byte)) << 48)
  );
}

/** A bit for each of 64 bytes that is less than `byte`. */
@inline
function below(a: v128, b: v128, c: v128, d: v128, byte: v128): u64 {
  return (
    <u64>i8x16.bitmask(i8x16.lt_u(a, byte)) |
    (<u64>i8x16.bitmask(i8x16.lt_u(b, byte)) << 16) |
    (<u64>i8x16.bitmask(i8x16.lt_u(c, byte)) << 32) |
    (<u64>i8x16.bitmask(i8x16.lt_u(d, byte)) << 48)
  );
}

/**
 * Scans the next `length` bytes at `data` (a multiple of 64 but for the last piece; 64 bytes behind it must be readable).
 * Delimiter and quote are 255, which UTF-8 never holds, where there is none. Returns 1 when the text is in any way out
 * of the plain notation: a record of other than `expected` fields, a quote that does not stand at the edges of a field,
 * a CR without LF, a NUL. Then the state is worth nothing. A record behind the first that begins with `key`, its bytes
 * masked by `mask`, is noted (0 and 0 note nothing of use); the last 8 bytes of a piece are for the caller to look at.
 * It is noted too whether a character may be odd: a control character other than the line ends of records, white space
 * other than the plain space, a soft hyphen, or one from U+0300 on, whose first byte is 0xCC or more. With `blank` 1, a
 * record of nothing but delimiters and spaces is out of the plain notation too.
 */
export function scan(
  state: usize,
  data: usize,
  length: usize,
  delimiter: i32,
  quote: i32,
  expected: u64,
  key: u64,
  mask: u64,
  blank: i32,
): i32 {
  const delimiters = i8x16.splat(<i8>delimiter);
  const quotes = i8x16.splat(<i8>quote);
  const lineFeeds = i8x16.splat(10);
  const returns = i8x16.splat(13);
  const zeros = i8x16.splat(0);
  const space = i8x16.splat(32);
  const far = i8x16.splat(<i8>0xcc);
  const deletes = i8x16.splat(127);
  const latin = i8x16.splat(<i8>0xc2);
  let inQuote = load<u64>(state + IN_QUOTE);
  let openingMayFollow = load<u64>(state + OPENING_MAY_FOLLOW);
  let afterClosing = load<u64>(state + AFTER_CLOSING);
  let afterReturn = load<u64>(state + AFTER_CR);
  let recordStart = load<u64>(state + RECORD_START);
  let pending = load<u64>(state + DELIMITERS);
  const position = load<u64>(state + POSITION);
  let lines = load<u64>(state + LINES);
  let physical = load<u64>(state + PHYSICAL_LINES);
  let crs = load<u64>(state + CRS);
  let seenQuotes = load<u64>(state + QUOTES);
  let records = load<u64>(state + RECORDS);
  let nextMark = load<u64>(state + NEXT_MARK);
  let alike = load<u64>(state + ALIKE);
  let odd = load<u64>(state + ODD);

  for (let at: usize = 0; at < length; at += 64) {
    const a = v128.load(data + at);
    const b = v128.load(data + at, 16);
    const c = v128.load(data + at, 32);
    const d = v128.load(data + at, 48);
    const valid: u64 = length - at >= 64 ? ~(<u64>0) : ((<u64>1) << (length - at)) - 1;
    let D = equal(a, b, c, d, delimiters) & valid;
    const N = equal(a, b, c, d, lineFeeds) & valid;
    let outside = N;
    let ends = N;

    const rare = v128.or(
      v128.or(v128.or(i8x16.eq(a, quotes), i8x16.eq(b, quotes)), v128.or(i8x16.eq(c, quotes), i8x16.eq(d, quotes))),
      v128.or(
        v128.or(v128.or(i8x16.eq(a, returns), i8x16.eq(b, returns)), v128.or(i8x16.eq(c, returns), i8x16.eq(d, returns))),
        v128.or(v128.or(i8x16.eq(a, zeros), i8x16.eq(b, zeros)), v128.or(i8x16.eq(c, zeros), i8x16.eq(d, zeros))),
      ),
    );
    if (v128.any_true(rare) || (inQuote | afterClosing | afterReturn) != 0) {
      if ((equal(a, b, c, d, zeros) & valid) != 0) return 1;
      const R = equal(a, b, c, d, returns) & valid;
      const Q = equal(a, b, c, d, quotes) & valid;
      // After each byte: is the text inside quotes?
      let inside = Q;
      inside ^= inside << 1;
      inside ^= inside << 2;
      inside ^= inside << 4;
      inside ^= inside << 8;
      inside ^= inside << 16;
      inside ^= inside << 32;
      inside ^= inQuote;
      const opening = Q & inside;
      const closing = Q & ~inside;
      const edge = D | N | closing;
      if ((opening & ~((edge << 1) | openingMayFollow)) != 0) return 1;
      if ((((closing << 1) | afterClosing) & valid & ~(D | N | R | opening)) != 0) return 1;
      if ((((R << 1) | afterReturn) & valid & ~N) != 0) return 1;
      D &= ~inside;
      outside &= ~inside;
      ends = (N | R) & ~inside;
      crs += popcnt(R & ~inside);
      seenQuotes |= Q;
      inQuote = <u64>((<i64>inside) >> 63);
      openingMayFollow = edge >> 63;
      afterClosing = closing >> 63;
      // The last piece may end anywhere in its block.
      afterReturn = (R >> (length - at >= 64 ? 63 : <u64>(length - at - 1))) & 1;
    } else {
      openingMayFollow = (D | N) >> 63;
    }

    if (odd == 0) {
      const least = v128.or(
        v128.or(v128.or(i8x16.ge_u(a, far), i8x16.ge_u(b, far)), v128.or(i8x16.ge_u(c, far), i8x16.ge_u(d, far))),
        v128.or(
          v128.or(v128.or(i8x16.eq(a, deletes), i8x16.eq(b, deletes)), v128.or(i8x16.eq(c, deletes), i8x16.eq(d, deletes))),
          v128.or(v128.or(i8x16.eq(a, latin), i8x16.eq(b, latin)), v128.or(i8x16.eq(c, latin), i8x16.eq(d, latin))),
        ),
      );
      odd = below(a, b, c, d, space) & valid & ~ends;
      if (v128.any_true(least)) {
        const beyond = ~below(a, b, c, d, far) | equal(a, b, c, d, deletes);
        odd |= (beyond | latinOdd(data + at, equal(a, b, c, d, latin) & valid, length - at)) & valid;
      }
    }

    lines += popcnt(outside);
    physical += popcnt(N);
    let counted: u64 = 0;
    while (outside != 0) {
      const bit = <usize>ctz(outside);
      outside &= outside - 1;
      const before = popcnt(D & (((<u64>1) << <u64>bit) - 1));
      const fields = pending + before - counted + 1;
      pending = 0;
      counted = before;
      const end = position + at + bit;
      if (fields == expected) {
        if (blank != 0) {
          const begun = recordStart < position;
          const first = begun ? data : data + <usize>(recordStart - position);
          if (!(begun && load<u64>(state + OPEN) != 0) && isBlank(first, data + at + bit, delimiter)) return 1;
        }
        if (records == nextMark) {
          mark(state, recordStart);
          nextMark = load<u64>(state + NEXT_MARK);
        }
        records++;
      } else if (fields == 1 && end - recordStart <= 1 && (end == recordStart || crAt(state, data, at + bit))) {
        store<u64>(state + BLANK_LINES, load<u64>(state + BLANK_LINES) + 1);
      } else return 1;
      recordStart = end + 1;
      alike |= <u64>((load<u64>(data + at + bit, 1) & mask) == key);
    }
    pending += popcnt(D) - counted;
  }

  if (recordStart >= position) {
    const first = data + <usize>(recordStart - position);
    store<u64>(state + OPEN, isBlank(first, data + length, delimiter) ? 0 : 1);
  } else if (load<u64>(state + OPEN) == 0) {
    store<u64>(state + OPEN, isBlank(data, data + length, delimiter) ? 0 : 1);
  }
  store<u64>(state + IN_QUOTE, inQuote);
  store<u64>(state + OPENING_MAY_FOLLOW, openingMayFollow);
  store<u64>(state + AFTER_CLOSING, afterClosing);
  store<u64>(state + AFTER_CR, afterReturn);
  store<u64>(state + RECORD_START, recordStart);
  store<u64>(state + DELIMITERS, pending);
  store<u64>(state + POSITION, position + length);
  store<u64>(state + LINES, lines);
  store<u64>(state + CRS, crs);
  store<u64>(state + PHYSICAL_LINES, physical);
  store<u64>(state + QUOTES, seenQuotes);
  store<u64>(state + RECORDS, records);
  store<u64>(state + ALIKE, alike);
  store<u64>(state + ODD, odd);
  return 0;
}

/**
 * Those bytes 0xC2 of a block that begin an odd character: U+0080 to U+00A0, the soft hyphen. What stands behind the
 * last byte of a piece is not known, and taken for odd.
 */
function latinOdd(block: usize, leads: u64, length: usize): u64 {
  let found: u64 = 0;
  while (leads != 0) {
    const bit = <usize>ctz(leads);
    leads &= leads - 1;
    const next = load<u8>(block + bit, 1);
    if (bit + 1 >= length || next <= 0xa0 || next == 0xad) found |= (<u64>1) << <u64>bit;
  }
  return found;
}

/** Whether the bytes `from … to` are delimiters and spaces alone, or the CR before a line end. */
@inline
function isBlank(from: usize, to: usize, delimiter: i32): bool {
  let at = from;
  while (at < to) {
    const byte = <i32>load<u8>(at);
    if (byte != delimiter && byte != 32 && byte != 9 && byte != 13) return false;
    at++;
  }
  return true;
}

/** Ends the scan: a last record without a line end counts too. Returns 1 as `scan` does. */
export function finish(state: usize, expected: u64, blank: i32): i32 {
  if (load<u64>(state + IN_QUOTE) != 0 || load<u64>(state + AFTER_CR) != 0) return 1;
  const start = load<u64>(state + RECORD_START);
  if (start == load<u64>(state + POSITION)) return 0;
  if (load<u64>(state + DELIMITERS) + 1 != expected) return 1;
  if (blank != 0 && load<u64>(state + OPEN) == 0) return 1;
  const records = load<u64>(state + RECORDS);
  if (records == load<u64>(state + NEXT_MARK)) mark(state, start);
  store<u64>(state + RECORDS, records + 1);
  return 0;
}

/** Whether a CR stands before the line feed at `at`; at the beginning of a piece the state tells. */
@inline
function crAt(state: usize, data: usize, at: usize): bool {
  return at == 0 ? load<u64>(state + AFTER_CR) != 0 : load<u8>(data + at - 1) == 13;
}

/** Keeps the offset of every stride-th record, doubling the stride when the slots are full. */
function mark(state: usize, offset: u64): void {
  let used = load<u64>(state + USED);
  let stride = load<u64>(state + STRIDE);
  if (used == SLOT_COUNT) {
    for (let i: usize = 0; i < <usize>SLOT_COUNT / 2; i++) store<u64>(state + SLOTS + 8 * i, load<u64>(state + SLOTS + 16 * i));
    used = SLOT_COUNT / 2;
    stride *= 2;
    store<u64>(state + STRIDE, stride);
  }
  store<u64>(state + SLOTS + 8 * <usize>used, offset);
  used++;
  store<u64>(state + USED, used);
  store<u64>(state + NEXT_MARK, used * stride);
}
