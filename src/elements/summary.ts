/** What an element has to say at the end of a run, for one camera. */
export interface ElementSummary {
  /**
   * Its results, in order and by their headings: parts seen, say. Elements with the same headings share
   * a table. Numbers by name are shown as `scratch 2, chip 1`.
   */
  readonly figures?: Readonly<Record<string, Figure>>;
  /** What it wrote to disk. */
  readonly files?: readonly WrittenFiles[];
}

/** One result. */
export type Figure = number | string | Readonly<Record<string, number>>;

/** A file, or a folder with several. */
export interface WrittenFiles {
  /** As the pipeline says it, with what was filled in: of the file, or of the folder, with a / then. */
  readonly path: string;
  /** How many files. */
  readonly count: number;
}
