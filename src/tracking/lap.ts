/**
 * The dense linear assignment problem by shortest augmenting paths (Jonker and Volgenant, Computing
 * 38, 1987): each row gets a column of its own so that the sum of costs is least. Keeps its memory
 * between uses; O(rows² · columns).
 */
export class DenseAssignment {
  /** The row of each column, −1 for none; of the last `solve`. */
  rowOf: Int32Array<ArrayBuffer> = new Int32Array(0);
  #previous = new Int32Array(0);
  #done = new Uint8Array(0);
  #distance = new Float64Array(0);
  #rowPrice = new Float64Array(0);
  #columnPrice = new Float64Array(0);

  /**
   * @param cost Finite numbers, row by row.
   * @param rows At most `columns`.
   */
  solve(cost: Float64Array, rows: number, columns: number): void {
    if (rows > columns) {
      throw new RangeError(`${rows} rows can't have one of ${columns} columns each`);
    }
    this.#reserve(columns);
    const { rowOf } = this;
    const rowPrice = this.#rowPrice;
    const columnPrice = this.#columnPrice;
    rowOf.fill(-1, 0, columns);
    rowPrice.fill(0, 0, rows);
    columnPrice.fill(0, 0, columns);
    for (let row = 0; row < rows; row++) {
      let least = Infinity;
      let best = -1;
      for (let column = 0, at = row * columns; column < columns; column++, at++) {
        const reduced = cost[at]! - columnPrice[column]!;
        if (reduced < least) {
          least = reduced;
          best = column;
        }
      }
      rowPrice[row] = least;
      if (rowOf[best] === -1) rowOf[best] = row;
      else this.#augment(cost, columns, row);
    }
  }

  /** Finds the cheapest path from `start` to a free column and shifts the matches along it. */
  #augment(cost: Float64Array, columns: number, start: number): void {
    const { rowOf } = this;
    const rowPrice = this.#rowPrice;
    const columnPrice = this.#columnPrice;
    const distance = this.#distance.fill(Infinity, 0, columns);
    const previous = this.#previous.fill(-1, 0, columns);
    const done = this.#done.fill(0, 0, columns);
    let row = start;
    let column = -1;
    let reached = 0;
    for (;;) {
      const base = reached - rowPrice[row]!;
      let least = Infinity;
      let next = -1;
      for (let j = 0, at = row * columns; j < columns; j++, at++) {
        if (done[j]) continue;
        const through = base + cost[at]! - columnPrice[j]!;
        if (through < distance[j]!) {
          distance[j] = through;
          previous[j] = column;
        }
        if (
          distance[j]! < least || (distance[j] === least && rowOf[j] === -1 && rowOf[next] !== -1)
        ) {
          least = distance[j]!;
          next = j;
        }
      }
      reached = least;
      column = next;
      if (rowOf[column] === -1) break;
      done[column] = 1;
      row = rowOf[column]!;
    }
    for (let j = 0; j < columns; j++) {
      if (!done[j]) continue;
      const rise = reached - distance[j]!;
      columnPrice[j]! -= rise;
      rowPrice[rowOf[j]!]! += rise;
    }
    rowPrice[start]! += reached;
    for (;;) {
      const before = previous[column]!;
      if (before === -1) {
        rowOf[column] = start;
        return;
      }
      rowOf[column] = rowOf[before]!;
      column = before;
    }
  }

  #reserve(columns: number): void {
    if (this.rowOf.length >= columns) return;
    const length = Math.max(64, columns * 2);
    this.rowOf = new Int32Array(length);
    this.#previous = new Int32Array(length);
    this.#done = new Uint8Array(length);
    this.#distance = new Float64Array(length);
    this.#rowPrice = new Float64Array(length);
    this.#columnPrice = new Float64Array(length);
  }
}
