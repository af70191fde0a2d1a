import assert from "node:assert/strict";
import { formatDiagnostics, summary } from "../../src/graph/diagnostics.ts";
import { redact } from "../../src/graph/secrets.ts";
import { good, lines, parse } from "./fixture.ts";

const env = (name: string) => ({ NAME: "alpha-beta", EMPTY: "", SCORE: "0.4", ON: "true" })[name];
const readFile = (path: string) => {
  if (path === "/run/secrets/cam") return "pass word\n";
  throw new Error("No such file or directory (os error 2)");
};

function options(from: string, to: string, id: string) {
  const result = parse(good.replace(from, () => to), { env, readFile });
  assert.deepEqual(lines(result), []);
  const { plan } = result;
  const node = plan!.nodes.find((node) => node.id === id);
  return { options: node?.options ?? plan!.cameras[0]!.options, secrets: result.secrets };
}

Deno.test("values are typed as if they stood there", () => {
  assert.equal(options("0.25", "${env:SCORE}", "nms").options.score, 0.4);
  assert.equal(options("labels: true", "labels: ${env:ON}", "view").options.labels, true);
  assert.equal(options("clip.mp4", "'${env:SCORE}'", "").options.location, "0.4");
  assert.equal(options("clip.mp4", "a${env:SCORE}b", "").options.location, "a0.4b");
});

Deno.test("a default stands in for an unset or empty variable", () => {
  assert.equal(options("clip.mp4", "${env:NO:-x.mp4}", "").options.location, "x.mp4");
  assert.equal(options("clip.mp4", "${env:EMPTY:-x.mp4}", "").options.location, "x.mp4");
  assert.equal(options("clip.mp4", "${env:NO:-a:-{b}}", "").options.location, "a:-{b}");
  assert.deepEqual(
    options("clip.mp4", "${env:NO:-x.mp4}", "").secrets,
    [],
    "it stands in the file",
  );
});

Deno.test("placeholders stand in quotes, flows, blocks and text", () => {
  for (
    const [written, location] of [
      ["{ file: ${env:NAME} }", "alpha-beta"],
      ['{ file: "${env:NAME}/\\u00e9" }', "alpha-beta/é"],
      ["{ file: '${env:NAME}', loop: ${env:ON} }", "alpha-beta"],
      ["{ file: ${env:NAME}-${env:NAME} }", "alpha-beta-alpha-beta"],
      ["\n    file: ${env:NAME} # ${env:IGNORED}", "alpha-beta"],
      ["\n    file: >-\n      ${env:NAME}", "alpha-beta"],
      ["{ file: ${file:/run/secrets/cam} }", "pass word"],
      ["{ file: $${env:NAME} }", "${env:NAME}"],
      ["{ file: a$${b}${env:NAME} }", "a${b}alpha-beta"],
    ] as const
  ) {
    assert.equal(options("{ file: clip.mp4 }", written, "").options.location, location, written);
  }
});

Deno.test("characters that masking uses are left as they are", () => {
  const odd = "\ue000\ue200\ue200\ue001";
  assert.equal(options("clip.mp4", `${odd}\${env:NAME}`, "").options.location, `${odd}alpha-beta`);
});

Deno.test("what comes from outside is a secret; numbers and switches are not", () => {
  assert.deepEqual(options("clip.mp4", "${env:NAME}", "").secrets, ["alpha-beta"]);
  assert.deepEqual(options("clip.mp4", "${file:/run/secrets/cam}", "").secrets, ["pass word"]);
  assert.deepEqual(options("0.25", "${env:SCORE}", "nms").secrets, []);
});

Deno.test("redacting also finds a secret in a URL, and a URL's own password", () => {
  assert.equal(redact("open rtsp://u:pass%20word@h/x", ["pass word"]), "open rtsp://u:•••@h/x");
  assert.equal(redact("key=pass%20word pass word", ["pass word"]), "key=••• •••");
  assert.equal(redact("rtsp://admin:s3cret@10.0.0.7/a", []), "rtsp://admin:•••@10.0.0.7/a");
  assert.equal(redact("rtsp://10.0.0.7:554/a@b", []), "rtsp://10.0.0.7:554/a@b");
  assert.equal(redact("a\ud800b", ["\ud800"]), "a•••b");
});

Deno.test("diagnostics show the line with a caret, sorted, and are counted", () => {
  const text = good.replace("score", "scor").replace(
    "file: clip.mp4",
    "file: rtsp://a:pw@h, lop: 1",
  );
  const { diagnostics, sources, secrets } = parse(text, { sets: ["elements.x.y=1"] });
  assert.equal(
    formatDiagnostics(diagnostics, { sources, secrets }),
    [
      "p.yaml:3:32 error: `file` has no option `lop`: did you mean `loop`?",
      "    clip: { file: rtsp://a:•••@h, lop: 1 }",
      "                                  ^",
      "p.yaml:9:12 error: `nms` has no option `scor`: did you mean `score`?",
      "    - nms: { scor: 0.25 }",
      "             ^",
      "--set elements.x.y:1:10 error: there is no element `x`: there are `letterbox`, `infer`, " +
      "`nms`, `track`, `view` and `events`",
      "  elements.x.y=1",
      "           ^",
      "3 errors",
    ].join("\n"),
  );
  const colour = formatDiagnostics(diagnostics.slice(0, 1), { colour: true });
  // deno-lint-ignore no-control-regex
  assert.match(colour, /^\x1b\[1mp\.yaml:3:32\x1b\[0m \x1b\[31;1merror:\x1b\[0m/);
});

Deno.test("a text cannot drive the terminal through a diagnostic", () => {
  const { diagnostics, sources } = parse(good.replace("score", '"sc\\e[31mor\u009b"'));
  const shown = formatDiagnostics(diagnostics, { sources });
  // deno-lint-ignore no-control-regex
  assert.doesNotMatch(shown, /[\x00-\x09\x0b-\x1f\x7f-\x9f]/);
});

Deno.test("a count reads well", () => {
  const position = { file: "p", line: 1, column: 1 };
  const error = { level: "error", message: "", position } as const;
  const warning = { level: "warning", message: "", position } as const;
  assert.equal(summary([error, error, warning]), "2 errors, 1 warning");
  assert.equal(summary([warning, warning]), "2 warnings");
  assert.equal(summary([]), "no errors");
});
