import { parseUsd } from '@tokengrip/core/cost/money';
import { addTo, hourOf, type Totals } from './totals.ts';

/** A file as it was found: what is in it by hour, and what is wrong with its form. */
export interface FoundFile {
  totals: Totals;
  rows: number;
  sizeBytes: number;
  /** `undefined` for a whole and valid file. */
  fault: string | undefined;
}

/** Reads a file piece by piece. */
interface Reader {
  take(piece: Buffer): void;
  /** After the last piece: what is left over must be nothing. */
  end(): FoundFile;
}

const NOTHING = Buffer.alloc(0);
const [QUOTE, COMMA, CR, LF] = [34, 44, 13, 10];

interface Wanted {
  /** The column that says when, and the one that says how much. */
  time: string;
  cost: string;
  /** A column that tells rows of the same instant apart, where they come in its order, each once. */
  id?: string;
}

/** RFC 4180: as many fields in each row as there are names in the first, every row with its end. */
export function csvReader(wanted: Wanted): Reader {
  const found: FoundFile = { totals: new Map(), rows: 0, sizeBytes: 0, fault: undefined };
  let rest: Buffer = NOTHING;
  let names: string[] | undefined;
  let at = { time: -1, cost: -1, id: -1 };
  let last = '';

  function takeRow(fields: string[]): void {
    if (names === undefined) {
      names = fields;
      at = {
        time: fields.indexOf(wanted.time),
        cost: fields.indexOf(wanted.cost),
        id: fields.indexOf(wanted.id ?? ''),
      };
      if (at.time < 0 || at.cost < 0) found.fault = `has no columns ${wanted.time} and ${wanted.cost}`;
      return;
    }
    found.rows += 1;
    if (fields.length !== names.length) found.fault ??= `row ${found.rows} has ${fields.length} fields`;
    const time = fields[at.time] ?? '';
    if (at.id >= 0) {
      const place = `${time} ${fields[at.id]}`;
      if (place <= last) found.fault ??= `row ${found.rows} is not behind the one before it`;
      last = place;
    }
    countRow(found, time, fields[at.cost] ?? '');
  }

  const isWanted = (column: number) =>
    names === undefined || column === at.time || column === at.cost || column === at.id;

  return {
    take(piece) {
      found.sizeBytes += piece.length;
      const data = rest.length === 0 ? piece : Buffer.concat([rest, piece]);
      rest = data.subarray(readRows(data, isWanted, takeRow));
    },
    end() {
      if (rest.length > 0) found.fault ??= `ends within a row, ${rest.length} bytes of it`;
      return found;
    },
  };
}

/**
 * Takes the whole rows of `data`. Of a field that nobody wants there is only its place.
 * @returns where the first row that is not whole begins
 */
function readRows(data: Buffer, isWanted: (column: number) => boolean, takeRow: (fields: string[]) => void): number {
  let rowStart = 0;
  let start = 0;
  let fields: string[] = [];
  let isQuoted = false;
  let isInside = false;
  for (let i = 0; i < data.length; i += 1) {
    const byte = data[i];
    if (byte === QUOTE) {
      isInside = !isInside;
      isQuoted = true;
    } else if (!isInside && (byte === COMMA || byte === LF)) {
      const end = byte === LF && data[i - 1] === CR ? i - 1 : i;
      const text = isWanted(fields.length) ? data.toString('utf8', start, end) : '';
      fields.push(isQuoted && text !== '' ? unquote(text) : text);
      start = i + 1;
      isQuoted = false;
      if (byte === COMMA) continue;
      takeRow(fields);
      fields = [];
      rowStart = start;
    }
  }
  return rowStart;
}

const unquote = (text: string) => text.slice(1, -1).replaceAll('""', '"');

/** One object a line, each with the words of the API. */
export function jsonLinesReader(): Reader {
  const found: FoundFile = { totals: new Map(), rows: 0, sizeBytes: 0, fault: undefined };
  let rest: Buffer = NOTHING;
  return {
    take(piece) {
      found.sizeBytes += piece.length;
      const data = rest.length === 0 ? piece : Buffer.concat([rest, piece]);
      let start = 0;
      for (let end = data.indexOf(LF, start); end >= 0; end = data.indexOf(LF, start)) {
        const record = JSON.parse(data.toString('utf8', start, end)) as { timestamp: string; cost: string | null };
        found.rows += 1;
        countRow(found, record.timestamp, record.cost ?? '');
        start = end + 1;
      }
      rest = data.subarray(start);
    },
    end() {
      if (rest.length > 0) found.fault ??= `ends within a line, ${rest.length} bytes of it`;
      return found;
    },
  };
}

/** Money is read as text into whole pico-USD: a float would hide a wrong digit. */
function countRow(found: FoundFile, time: string, cost: string): void {
  const costPicoUsd = cost === '' ? 0n : parseUsd(cost);
  if (costPicoUsd === undefined) found.fault ??= `row ${found.rows} has a cost of ${cost}`;
  addTo(found.totals, hourOf(time), 1, costPicoUsd ?? 0n);
}
