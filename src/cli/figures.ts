import type { CameraReport, Percentiles } from "../runtime/report.ts";

/** The sum of drops by cause, as `3 (queue full 2, late 1)`, or `0`. */
export function drops(byCause: Readonly<Record<string, number>>): string {
  const causes = Object.entries(byCause).filter(([, count]) => count > 0);
  const total = causes.reduce((sum, [, count]) => sum + count, 0);
  if (total === 0) return "0";
  return `${total} (${causes.map(([cause, count]) => `${cause} ${count}`).join(", ")})`;
}

/** Milliseconds with about three digits: `0.042`, `3.21`, `45.6`, `1230`. */
export function milliseconds(value: number | undefined): string {
  if (value === undefined || !Number.isFinite(value)) return "–";
  const digits = value >= 100 ? 0 : value >= 10 ? 1 : value >= 1 ? 2 : 3;
  return value.toFixed(digits);
}

/** `12.3/20.1`, or a dash before there is a figure. */
export function latency(percentiles: Percentiles | undefined): string {
  if (!percentiles) return "–";
  return `${milliseconds(percentiles.p50)}/${milliseconds(percentiles.p95)}`;
}

/** `74.1` */
export function rate(camera: CameraReport): string {
  return camera.fps.toFixed(camera.fps >= 1000 ? 0 : 1);
}

/** Seconds for people: `3.2 s`, `4:05`, `26:10:00`. */
export function elapsed(seconds: number): string {
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  const pad = (value: number) => String(Math.floor(value)).padStart(2, "0");
  const hours = Math.floor(seconds / 3600);
  const minutes = seconds / 60 % 60;
  return hours > 0
    ? `${hours}:${pad(minutes)}:${pad(seconds % 60)}`
    : `${Math.floor(minutes)}:${pad(seconds % 60)}`;
}

/** The first five of some names, and how many more there are. */
export function some(names: readonly string[]): string {
  return names.slice(0, 5).join(", ") + (names.length > 5 ? `, and ${names.length - 5} more` : "");
}
