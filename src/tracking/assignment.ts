import { DenseAssignment } from "./lap.ts";

/**
 * Matches rows with columns, one to one, over the pairs that are allowed: of all ways that with the
 * least sum of (cost − limit), so that a pair which costs more than the limit is never matched. This is
 * `lap.lapjv(cost, extend_cost=True, cost_limit=limit)`.
 *
 * Most boxes overlap one track or two, so the pairs fall into small connected components. Each is an
 * assignment problem of its own, and the union of their optima is the optimum. An instance keeps its
 * memory between uses.
 */
export class Assignment {
  /** The column matched to each row, −1 for none; of the last `solve`. */
  columnOf: Int32Array<ArrayBuffer> = new Int32Array(0);
  /** The row matched to each column, −1 for none. */
  rowOf: Int32Array<ArrayBuffer> = new Int32Array(0);

  #rows = 0;
  #columns = 0;
  #pairs = 0;
  #pairRow = new Int32Array(256);
  #pairColumn = new Int32Array(256);
  #pairCost = new Float64Array(256);
  #order = new Int32Array(256);
  /** Union-find over rows, then columns. */
  #parent = new Int32Array(0);
  /** Where each component's pairs begin in `#order`, by its root. */
  #starts = new Int32Array(0);
  /** A row's or column's index in its component. */
  #local = new Int32Array(0);
  #members = new Int32Array(0);
  #matrix = new Float64Array(0);
  readonly #dense = new DenseAssignment();

  /** Begins a problem in which no pair is allowed. */
  begin(rows: number, columns: number): void {
    this.#rows = rows;
    this.#columns = columns;
    this.#pairs = 0;
    const nodes = rows + columns;
    if (this.#parent.length < nodes) {
      const length = Math.max(128, nodes * 2);
      this.columnOf = new Int32Array(length);
      this.rowOf = new Int32Array(length);
      this.#parent = new Int32Array(length);
      this.#starts = new Int32Array(length);
      this.#local = new Int32Array(length);
      this.#members = new Int32Array(length);
    }
    this.columnOf.fill(-1, 0, rows);
    this.rowOf.fill(-1, 0, columns);
    this.#local.fill(-1, 0, nodes);
    for (let node = 0; node < nodes; node++) this.#parent[node] = node;
  }

  /** Allows a pair; at most once each. */
  allow(row: number, column: number, cost: number): void {
    if (this.#pairs === this.#pairRow.length) this.#growPairs();
    const pair = this.#pairs++;
    this.#pairRow[pair] = row;
    this.#pairColumn[pair] = column;
    this.#pairCost[pair] = cost;
    const a = this.#root(row);
    const b = this.#root(this.#rows + column);
    if (a < b) this.#parent[b] = a;
    else this.#parent[a] = b;
  }

  /** Finds the best matches at this limit and leaves them in `columnOf` and `rowOf`. */
  solve(limit: number): void {
    this.#group();
    for (let first = 0; first < this.#pairs;) {
      const root = this.#root(this.#pairRow[this.#order[first]!]!);
      const last = this.#starts[root]!; // moved on to its end by the grouping
      if (last === first + 1) {
        const pair = this.#order[first]!;
        if (this.#pairCost[pair]! <= limit) {
          this.#match(this.#pairRow[pair]!, this.#pairColumn[pair]!);
        }
      } else {
        this.#component(first, last, limit);
      }
      first = last;
    }
  }

  /** Counting sort of the pairs by component. */
  #group(): void {
    const starts = this.#starts.fill(0, 0, this.#rows + this.#columns);
    for (let pair = 0; pair < this.#pairs; pair++) starts[this.#root(this.#pairRow[pair]!)]!++;
    for (let root = 0, sum = 0; root < this.#rows; root++) {
      const count = starts[root]!;
      starts[root] = sum;
      sum += count;
    }
    for (let pair = 0; pair < this.#pairs; pair++) {
      this.#order[starts[this.#root(this.#pairRow[pair]!)]!++] = pair;
    }
  }

  #component(first: number, last: number, limit: number): void {
    const local = this.#local;
    const members = this.#members; // rows from the front, columns from the back
    const end = this.#rows + this.#columns;
    let rows = 0;
    let columns = 0;
    for (let i = first; i < last; i++) {
      const row = this.#pairRow[this.#order[i]!]!;
      const column = this.#pairColumn[this.#order[i]!]!;
      if (local[row] === -1) {
        members[rows] = row;
        local[row] = rows++;
      }
      if (local[this.#rows + column] === -1) {
        local[this.#rows + column] = columns++;
        members[end - columns] = column;
      }
    }
    const wide = rows <= columns;
    const [short, long] = wide ? [rows, columns] : [columns, rows];
    if (this.#matrix.length < short * long) this.#matrix = new Float64Array(short * long * 2);
    // Whatever is not worth matching costs as much as not to match: nothing.
    const matrix = this.#matrix.fill(0, 0, short * long);
    for (let i = first; i < last; i++) {
      const pair = this.#order[i]!;
      const row = local[this.#pairRow[pair]!]!;
      const column = local[this.#rows + this.#pairColumn[pair]!]!;
      const gain = Math.min(0, this.#pairCost[pair]! - limit);
      matrix[wide ? row * long + column : column * long + row] = gain;
    }
    this.#dense.solve(matrix, short, long);
    for (let j = 0; j < long; j++) {
      const i = this.#dense.rowOf[j]!;
      if (i === -1 || !(matrix[i * long + j]! < 0)) continue;
      const [row, column] = wide ? [i, j] : [j, i];
      this.#match(members[row]!, members[end - 1 - column]!);
    }
  }

  #match(row: number, column: number): void {
    this.columnOf[row] = column;
    this.rowOf[column] = row;
  }

  #root(node: number): number {
    const parent = this.#parent;
    while (parent[node] !== node) {
      parent[node] = parent[parent[node]!]!;
      node = parent[node]!;
    }
    return node;
  }

  #growPairs(): void {
    const length = this.#pairs * 2;
    const grow = <T extends Int32Array | Float64Array>(from: T, to: T): T => {
      to.set(from);
      return to;
    };
    this.#pairRow = grow(this.#pairRow, new Int32Array(length));
    this.#pairColumn = grow(this.#pairColumn, new Int32Array(length));
    this.#pairCost = grow(this.#pairCost, new Float64Array(length));
    this.#order = new Int32Array(length);
  }
}
