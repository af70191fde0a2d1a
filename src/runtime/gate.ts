/** Whether a consumer takes another packet now. RxJS has no backpressure; this is ours. */
export interface Gate {
  /** Whether a packet may be pushed. */
  readonly open: boolean;
  /** Calls `listener` each time it has opened again. */
  onOpen(listener: () => void): void;
}

/** What an end is: always open. */
export const alwaysOpen: Gate = { open: true, onOpen() {} };

/** Open while all of them are. */
export function allOpen(gates: readonly Gate[]): Gate {
  if (gates.length === 0) return alwaysOpen;
  if (gates.length === 1) return gates[0]!;
  return {
    get open() {
      return gates.every((gate) => gate.open);
    },
    onOpen(listener) {
      const ifAll = () => {
        if (gates.every((gate) => gate.open)) listener();
      };
      for (const gate of gates) gate.onOpen(ifAll);
    },
  };
}
