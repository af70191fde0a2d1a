import assert from "node:assert/strict";
import { repository, shared, skipped } from "../shared.ts";
import { finished, lineside, root, start, withFolder } from "./lineside.ts";

const coco = {
  "cocoeval/instances_val2014_100.json": shared("cocoeval/instances_val2014_100.json"),
  "cocoeval/instances_val2014_fakebbox100_results.json": shared(
    "cocoeval/instances_val2014_fakebbox100_results.json",
  ),
};
const [annotations, results] = Object.values(coco) as string[];
const figures = [
  ...["AP", "AP50", "AP75", "APsmall", "APmedium", "APlarge"],
  ...["AR1", "AR10", "AR100", "ARsmall", "ARmedium", "ARlarge"],
];

Deno.test({
  name: "evaluate --detections prints the twelve figures, as JSON and as a table",
  ignore: skipped("evaluate --detections", coco),
  async fn() {
    const args = ["evaluate", "--detections", results!, "--annotations", annotations!];
    const json = await lineside([...args, "--json"]);
    assert.equal(json.code, 0, json.stderr);
    const one = JSON.parse(json.stdout);
    assert.deepEqual(Object.keys(one).slice(0, 12), figures);
    assert.equal(one.AP.toFixed(5), "0.50458");
    assert.equal(one.classes.person.AP.toFixed(4), "0.5326");
    assert.equal(one.intervals.AP.length, 2);
    assert.match(json.stderr, /734 detections in 99 of 100 images; the other 1 count/);
    const text = await lineside([...args, "--resamples", "0", "--quiet"]);
    assert.equal(text.stderr, "");
    assert.match(text.stdout, /^AP +0\.5046$/m);
    assert.match(text.stdout, /^person +250 +0\.5326/m);
  },
});

Deno.test({
  name: "several files: side by side, with differences and their intervals, and drawings of each",
  ignore: skipped("evaluate --detections, several", coco),
  fn: () =>
    withFolder(async (folder) => {
      const list = JSON.parse(await Deno.readTextFile(results!));
      await Deno.writeTextFile(`${folder}/half.json`, JSON.stringify(list.slice(0, 400)));
      const { code, stdout, stderr } = await lineside([
        ...["evaluate", "--detections", results!, "--detections", `${folder}/half.json`],
        ...["--annotations", annotations!, "--only", "person,dog,bird", "--json"],
        ...["--confusion", `${folder}/c.svg`, "--curves", `${folder}/pr.png`],
      ]);
      assert.equal(code, 0, stderr);
      const { models, differences } = JSON.parse(stdout);
      const names = [results!, `${folder}/half.json`];
      assert.deepEqual(Object.keys(models), names);
      assert.deepEqual(Object.keys(models[names[0]!].classes), ["person", "bird", "dog"]);
      const difference = differences[names[1]!];
      assert.equal(difference.AP, models[names[1]!].AP - models[names[0]!].AP);
      assert.equal(difference.to, names[0]);
      assert.ok(difference.intervals.AP[1] < 0, JSON.stringify(difference));
      const drawn = [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
      const stem = "instances_val2014_fakebbox100_results";
      assert.deepEqual(drawn, ["c.half.svg", `c.${stem}.svg`, "half.json", "pr.png"]);
      assert.match(await Deno.readTextFile(`${folder}/c.half.svg`), /^<svg .*<\/svg>\n$/s);
      const png = await Deno.readFile(`${folder}/pr.png`);
      assert.deepEqual([...png.subarray(1, 4)], [...new TextEncoder().encode("PNG")]);
    }),
});

const campus = shared("mot/TUD-Campus");

Deno.test({
  name: "evaluate --tracks prints the figures of tracking, and which rows it left out",
  ignore: skipped("evaluate --tracks", { "mot/TUD-Campus": campus }),
  async fn() {
    const args = ["evaluate", "--tracks", `${campus}/test.txt`, "--truth", `${campus}/gt.txt`];
    const { code, stdout, stderr } = await lineside([...args, "--json"]);
    assert.equal(code, 0, stderr);
    const one = JSON.parse(stdout);
    const names = ["MOTA", "MOTP", "IDSW", "FP", "FN", "Frag", "MT", "PT", "ML", "IDF1", "IDP"];
    for (const name of [...names, "IDR", "HOTA", "DetA", "AssA", "LocA"]) {
      assert.equal(typeof one[name], "number", name);
    }
    assert.deepEqual([one.MOTA.toFixed(4), one.IDSW], ["0.5265", 7]);
    assert.match(stderr, /^truth: 359 rows of /m);
    assert.match((await lineside(args)).stdout, /^HOTA +0\.3914$/m);
  },
});

Deno.test("rows of the ground truth that are left out are told, and none left is a mistake", () =>
  withFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/r.txt`, "1,1,0,0,10,10\n");
    await Deno.writeTextFile(`${folder}/gt.txt`, "1,1,0,0,10,10,1,3,1\n1,2,0,0,10,10,0,1,1\n");
    const call = { cwd: folder };
    const args = ["evaluate", "--tracks", "r.txt", "--truth", "gt.txt"];
    const none = await lineside(args, call);
    assert.equal(none.code, 2);
    assert.equal(
      none.stderr,
      "error: gt.txt: no row is to be considered: 1 have mark 0, 1 are not of class 1; " +
        "--rows all takes them\n",
    );
    const third = await lineside([...args, "--class", "3"], call);
    assert.match(third.stderr, /^truth: 1 rows of gt\.txt; left out 1 with mark 0$/m);
    assert.match(third.stdout, /^MOTA +1\.0000$/m);
  }));

const bad: readonly [string, Record<string, string>, RegExp][] = [
  [
    "JSON that breaks off",
    { "gt.json": '{"images": [' },
    /gt\.json:1:13: the JSON is cut off here/,
  ],
  ["no annotations file", {}, /^error: gt\.json: there is no such file$/m],
  [
    "an unknown image",
    {
      "gt.json": '{"images":[],"categories":[],"annotations":[]}',
      "dt.json": '[{"image_id":1,"category_id":1,"bbox":[0,0,1,1],"score":1}]',
    },
    /^error: dt\.json: \[0\]: image_id is 1, which is the id of none of the `images` \(gt\.json has none\)$/m,
  ],
];
for (const [name, files, message] of bad) {
  Deno.test(`evaluate with a file that is wrong, ${name}: exit code 2`, () =>
    withFolder(async (folder) => {
      for (const [path, text] of Object.entries(files)) {
        await Deno.writeTextFile(`${folder}/${path}`, text);
      }
      const args = ["evaluate", "--detections", "dt.json", "--annotations", "gt.json"];
      const { code, stdout, stderr } = await lineside(args, { cwd: folder });
      assert.match(stderr, message);
      assert.deepEqual([code, stdout], [2, ""]);
    }));
}

const needs = {
  "YOLOX-Nano": shared("models/yolox_nano_coco_416_fp32.onnx"),
  "COCO images": shared("coco/images/val2017"),
  "annotations": shared("coco/instances_val2017_64.json"),
};
const [nano, images, instances] = Object.values(needs) as string[];
const yolov8n = shared("models/yolov8n_fp32_reconstructed.onnx");

Deno.test({
  name: "models are run on the images: mAP is the parity test's, and a model agrees with itself",
  ignore: skipped("evaluate on models", { ...needs, "YOLOv8n": yolov8n }),
  fn: () =>
    withFolder(async (folder) => {
      // Relative to the list, with a file that is no picture and one that is not annotated.
      for await (const { name } of Deno.readDir(images!)) {
        await Deno.symlink(`${images}/${name}`, `${folder}/${name}`);
      }
      await Deno.copyFile(repository("docs/run.png"), `${folder}/other.png`);
      const { code, stdout, stderr } = await lineside([
        ...["evaluate", nano!, yolov8n!, "--images", folder, "--annotations", instances!],
        ...["--against", nano!, "--json"],
      ]);
      assert.equal(code, 0, stderr);
      const { models, images: counted } = JSON.parse(stdout);
      const [small, large] = [models[nano!], models[yolov8n!]];
      console.log(`YOLOX-Nano ${small.AP.toFixed(4)}, YOLOv8n ${large.AP.toFixed(4)}`);
      assert.ok(Math.abs(small.AP - 0.3691) < 0.001, `${small.AP}`);
      assert.ok(Math.abs(large.AP - 0.4538) < 0.001, `${large.AP}`);
      assert.deepEqual([small.agreement.recall, small.agreement.boxShift], [1, 0]);
      assert.ok(large.agreement.recall > 0.5 && large.agreement.recall < 0.9);
      assert.deepEqual(counted, {
        ...{ evaluated: 64, withoutRecord: 1, withoutPicture: 0, undecodable: 0 },
      });
      assert.match(stderr, /^1 images are not in .* and are not run: .*other\.png$/m);
    }),
});

Deno.test({
  name: "a corrupt picture is named, skipped and counted; records without a picture are told",
  ignore: skipped("evaluate with a corrupt picture", needs),
  fn: () =>
    withFolder(async (folder) => {
      const names = [...Deno.readDirSync(images!)].map(({ name }) => name).sort().slice(0, 4);
      for (const name of names.slice(1)) {
        await Deno.copyFile(`${images}/${name}`, `${folder}/${name}`);
      }
      await Deno.writeFile(
        `${folder}/${names[0]}`,
        (await Deno.readFile(`${images}/${names[0]}`)).subarray(0, 2000),
      );
      const { code, stdout, stderr } = await lineside([
        ...[
          "evaluate",
          nano!,
          "--images",
          `${folder}/*.jpg`,
          "--annotations",
          instances!,
          "--json",
        ],
      ]);
      assert.equal(code, 0, stderr);
      assert.deepEqual(JSON.parse(stdout).images, {
        ...{ evaluated: 3, withoutRecord: 0, withoutPicture: 60, undecodable: 1 },
      });
      assert.ok(stderr.includes(`warning: ${folder}/${names[0]}: skipped: `), stderr);
      assert.match(stderr, /^60 records of .* have no picture in .* and are left out: /m);
    }),
});

Deno.test({
  name: "without annotations a model is compared with another",
  ignore: skipped("evaluate --against", needs),
  async fn() {
    const { code, stdout, stderr } = await lineside([
      ...["evaluate", nano!, "--images", `${images}/*1.jpg`, "--against", nano!],
    ]);
    assert.equal(code, 0, stderr);
    assert.match(stdout, /^model .*recall.*\nyolox_nano\S+ .* 1\.0000 +1\.0000 +0\.00 +0\.0000/);
  },
});

Deno.test({
  name: "--only scores some categories, also where classes and categories go in order",
  ignore: skipped("evaluate --only", needs),
  async fn() {
    const args = ["evaluate", nano!, "--images", images!, "--annotations", instances!, "--json"];
    const { code, stdout, stderr } = await lineside([...args, "--only", "0,15"]);
    assert.equal(code, 0, stderr);
    const { AP, classes } = JSON.parse(stdout);
    assert.deepEqual(Object.keys(classes), ["0", "15"]);
    assert.ok(Math.abs(AP - (classes[0].AP + classes[15].AP) / 2) < 1e-12);
    assert.ok(classes[0].AP > 0.3 && classes[15].AP > 0.5, stdout);
  },
});

const wrong: readonly [string, readonly string[], RegExp][] = [
  [
    "an unknown engine option",
    ["--engine", "bach=2"],
    /^error: --engine bach: .*did you mean `batch`\?$/m,
  ],
  ["a size that no model takes", ["--size", "320"], /^error: --size 320 is of no use/m],
  ["an unknown category", ["--only", "persn"], /^error: .*has no category `persn`/m],
  [
    "images that are not there",
    ["--images", "/none"],
    /^error: \/none: there is no such folder or/m,
  ],
  [
    "images of something else",
    ["--images", `${root}/docs/run.png`],
    /no picture of .*run\.png is among/,
  ],
];
for (const [name, args, message] of wrong) {
  Deno.test({
    name: `evaluate, ${name}: exit code 2`,
    ignore: skipped("evaluate with a mistake", needs),
    async fn() {
      const { code, stdout, stderr } = await lineside([
        ...["evaluate", nano!, "--images", images!, "--annotations", instances!, ...args],
      ]);
      assert.match(stderr, message);
      assert.deepEqual([code, stdout], [2, ""]);
      assert.doesNotMatch(stderr, /\n {4}at /);
    },
  });
}

Deno.test({
  name: "Ctrl-C ends an evaluation without figures, with exit code 130",
  ignore: skipped("Ctrl-C while evaluating", needs),
  fn: () =>
    withFolder(async (folder) => {
      // Many pictures, so that it is still at work.
      const files = [...Deno.readDirSync(images!)].map(({ name }) => `${images}/${name}`);
      const list = Array.from({ length: 200 }, () => files.join("\n")).join("\n");
      await Deno.writeTextFile(`${folder}/list.txt`, list);
      const process = start([
        ...["evaluate", nano!, "--images", `${folder}/list.txt`, "--against", nano!, "--json"],
      ]);
      await new Promise((resolve) => setTimeout(resolve, 4000));
      process.kill("SIGINT");
      const from = performance.now();
      const { code, stdout, stderr } = await finished(process);
      assert.match(stderr, /stopped: no figures/);
      assert.deepEqual([code, stdout], [130, ""]);
      assert.ok(performance.now() - from < 5000);
    }),
});
