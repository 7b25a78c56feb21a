// What a report says, and in which order, before it is a page or Markdown: each is written once as a document. A form that
// cannot show a block leaves it out, and with it the heading of a section of which nothing else is there. Texts are plain:
// whoever renders a document escapes them.

/** How good it is; renderers give it a colour, and never colour alone. */
export type Tone = 'good' | 'change' | 'warn' | 'bad' | 'quiet';

/** A word for how it went. */
export interface Badge {
  readonly kind: 'badge';
  readonly text: string;
  readonly tone: Tone;
}

/** A part of a text. */
export type Piece =
  | string
  | Badge
  | { readonly kind: 'code'; readonly text: string }
  | { readonly kind: 'strong'; readonly text: string }
  /** Said after the rest of a cell, and less loudly. */
  | { readonly kind: 'aside'; readonly text: string }
  /** To the section with that id. */
  | { readonly kind: 'link'; readonly text: string; readonly to: string };

export type Text = Piece | readonly Piece[];

export interface Column {
  readonly title: string;
  /** `number`: to the right, never wrapped; `wide`: long text that takes the room. */
  readonly kind?: 'number' | 'wide';
}

/** Without rows there is no table. */
export interface Table {
  readonly kind: 'table';
  readonly title?: string;
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly (Text | undefined)[])[];
}

/** One number that matters. */
export interface Tile {
  readonly value: string;
  readonly label: string;
  readonly tone: Tone;
}

/** Also the names of colours. */
export type SegmentKind = 'looking' | 'waiting' | 'acting' | 'pausing' | 'settling' | 'verifying' | 'failed';

/** A moment, in seconds since the beginning of the axis. */
export interface Moment {
  readonly at: number;
  readonly title: string;
}

export interface BarRow {
  readonly name: string;
  /** How it went; nothing when there is nothing to say. */
  readonly word: Badge | undefined;
  /** Of the point that stands for what took next to no time. */
  readonly tone: Tone;
  /** Seconds since the beginning of the axis; null when it never began. */
  readonly from: number | null;
  /** `from` and `to` in seconds since the beginning of the axis. */
  readonly segments: readonly {
    readonly kind: SegmentKind;
    readonly from: number;
    readonly to: number;
    readonly title: string;
  }[];
  /** Moments to mark within the row. */
  readonly retries: readonly Moment[];
  /** What the bar shows, in words. */
  readonly said: string;
}

/** A row for each thing that took time, all on one axis. */
export interface Bars {
  readonly kind: 'bars';
  readonly rows: readonly BarRow[];
  /** Length of the axis. */
  readonly seconds: number;
  /** Drawn as a line through all rows where it lies on the axis. */
  readonly limit?: Moment | undefined;
  /** Moments that concern all rows: a diamond on the axis, a line through the rows. */
  readonly events?: readonly Moment[];
  readonly legend?: readonly { readonly mark: SegmentKind | 'before' | 'retry'; readonly text: string }[];
  /** What is told where bars cannot be drawn. */
  readonly instead?: Table;
}

export interface GraphNode {
  readonly id: string;
  /** Below its name, a line each: what it is, what became of it. */
  readonly notes: readonly string[];
  readonly tone: Tone;
  /** Drawn with a dashed frame: something that others share. */
  readonly dashed: boolean;
}

/** `to` needs `from`. */
export interface GraphEdge {
  readonly from: string;
  readonly to: string;
}

export interface Graph {
  readonly kind: 'graph';
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
  /** Tells those who cannot see it what it shows. */
  readonly label: string;
  /** How to read it. */
  readonly note: string;
}

export type Block =
  /** `lead`: what everybody reads first. */
  | { readonly kind: 'paragraph' | 'lead'; readonly text: Text }
  /** How to read what stands below it, for pages, which have the room. */
  | { readonly kind: 'note'; readonly text: string }
  /** Names and what they are; those without a value are left out. */
  | { readonly kind: 'facts'; readonly facts: readonly (readonly [name: string, value: Text | undefined])[] }
  /** For pages: what they show is told elsewhere too. */
  | { readonly kind: 'tiles'; readonly tiles: readonly Tile[] }
  | Table
  | { readonly kind: 'list'; readonly title?: string; readonly items: readonly Text[]; readonly ordered?: boolean }
  /** Names in order, each after the one before it. */
  | { readonly kind: 'chain'; readonly title?: string; readonly names: readonly string[] }
  /** Lines as they are, such as those of a diff. */
  | { readonly kind: 'lines'; readonly lines: readonly string[]; readonly language: string }
  | Bars
  | Graph
  /** A section within a section. */
  | { readonly kind: 'part'; readonly title: string; readonly blocks: readonly Block[] };

export interface Section {
  readonly title: string;
  /** What links call it: letters, digits and hyphens. */
  readonly id?: string;
  readonly blocks: readonly Block[];
}

export interface Document {
  /** Of the window and the file. */
  readonly title: string;
  /** A few words above the headline: what kind of page it is. */
  readonly kicker: string;
  readonly headline: string;
  /** What came of it, beside the headline. */
  readonly verdict: readonly Badge[];
  /** Before the first section. */
  readonly opening: readonly Block[];
  readonly sections: readonly Section[];
  /** Of pages alone. */
  readonly footer?: Text;
}

export function badge(text: string, tone: Tone): Badge {
  return { kind: 'badge', text, tone };
}

export function code(text: string): Piece {
  return { kind: 'code', text };
}

/** All of them as code, with the text between them. */
export function codes(texts: readonly string[], between: string): readonly Piece[] {
  return texts.flatMap((text, index) => (index === 0 ? [code(text)] : [between, code(text)]));
}

export function piecesOf(text: Text | undefined): readonly Piece[] {
  if (text === undefined) return [];
  return typeof text === 'string' || 'kind' in text ? [text] : text;
}

export function paragraph(...text: readonly Piece[]): Block {
  return { kind: 'paragraph', text };
}

export function note(text: string): Block {
  return { kind: 'note', text };
}

/** @param columns a title alone is a column of short texts */
export function table(columns: readonly (string | Column)[], rows: Table['rows'], title?: string): Table {
  const all = columns.map((each) => (typeof each === 'string' ? { title: each } : each));
  return { kind: 'table', columns: all, rows, ...(title === undefined ? {} : { title }) };
}

export function numbers(title: string): Column {
  return { title, kind: 'number' };
}

export function wide(title: string): Column {
  return { title, kind: 'wide' };
}
