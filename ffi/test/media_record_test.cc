// Recordings: whole after a close, playable after a kill, and clear about a disk that fails.
#include <sys/mount.h>
#include <unistd.h>

#include "media_clips.h"

using namespace lineside;
using namespace lineside::test;
using nlohmann::json;

namespace {

ls_handle open_sink(Fixture& runtime, const json& config) {
  ls_error error{};
  ls_handle sink = 0;
  if (ls_sink_open(runtime, config.dump().c_str(), &sink, &error) != LS_OK) {
    throw std::runtime_error(error.message);
  }
  return sink;
}

// Pushes a frame and waits for its answer's status.
int32_t push(Fixture& runtime, ls_handle sink, ls_handle frame, std::string* message = nullptr) {
  if (ls_sink_push(runtime, sink, frame, 7) != LS_OK) {
    ls_frame_release(runtime, frame);
    return -1;
  }
  for (;;) {
    const Event event = runtime.next(10);
    if (event.head.kind == 0) return -2;
    if (event.head.kind == LS_FAILED && message) *message = event.payload;
    if (event.head.kind != LS_DONE) continue;
    CHECK_EQ(event.head.token, 7u);
    CHECK_EQ(event.head.frame, frame);
    ls_frame_release(runtime, event.head.frame);
    return event.head.status;
  }
}

// Noise, so that the encoder has something to write.
ls_handle noise(Fixture& runtime, uint32_t width, uint32_t height, int number,
                uint32_t format = LS_I420) {
  static std::vector<uint8_t> random;
  const size_t size =
      format == LS_I420 ? size_t{width} * height + 2 * size_t{(width + 1) / 2} * ((height + 1) / 2)
                        : size_t{width} * height * 3;
  random.resize(size + 4096);
  static uint32_t state = 1;
  for (size_t i = 0; i < random.size(); i += 3) {
    state = state * 1664525 + 1013904223;
    random[i] = static_cast<uint8_t>(state >> 24);
  }
  return runtime.frame(
      format, width, height,
      std::vector<uint8_t>(random.begin(), random.begin() + static_cast<ptrdiff_t>(size)), number);
}

size_t frames_in(const std::string& path) {
  Fixture runtime;
  const Played played = play(runtime, {{"location", path}});
  if (played.last != LS_END) check::fail(path.c_str(), 0, played.message);
  return played.pts.size();
}

}  // namespace

TEST(records_every_frame_in_every_format) {
  for (const uint32_t format : {LS_I420, LS_RGB}) {
    for (const uint32_t width : {320u, 321u}) {
      const Folder folder;
      Fixture runtime;
      const ls_handle sink =
          open_sink(runtime, {{"kind", "record"}, {"location", folder / "a.mp4"}, {"fps", 30}});
      const Event opened = runtime.next();
      if (opened.head.kind == LS_FAILED) throw check::Skipped{opened.payload};
      for (int i = 0; i < 50; i++) {
        CHECK_EQ(push(runtime, sink, noise(runtime, width, 181, i, format)), LS_OK);
      }
      const double start = ls_now();
      CHECK(close_and_wait(runtime, sink, 5));
      CHECK(ls_now() - start < 2);
      CHECK_EQ(frames_in(folder / "a.mp4"), 50u);
    }
  }
  CHECK_EQ(suppressed_complaints(), 0u);
}

// What is in the file is what a kill leaves: nothing is buffered in this process.
TEST(a_copy_of_an_open_recording_plays) {
  const Folder folder;
  Fixture runtime;
  const ls_handle sink =
      open_sink(runtime, {{"kind", "record"}, {"location", folder / "a.mp4"}, {"fps", 30}});
  for (int i = 0; i < 150; i++) CHECK_EQ(push(runtime, sink, noise(runtime, 320, 180, i)), LS_OK);
  // The encoder may still have the last two.
  for (int i = 0; i < 100 && stats_of(runtime, sink)["queue"].value("depth", 1) > 0; i++)
    usleep(20000);
  usleep(200000);
  std::filesystem::copy_file(folder / "a.mp4", folder / "killed.mp4");
  const size_t frames = frames_in(folder / "killed.mp4");
  CHECK(frames >= 120);
  CHECK(frames <= 150);
  CHECK(close_and_wait(runtime, sink, 5));
  CHECK_EQ(frames_in(folder / "a.mp4"), 150u);
}

TEST(times_that_fall_back_go_on_rising) {
  const Folder folder;
  Fixture runtime;
  const ls_handle sink =
      open_sink(runtime, {{"kind", "record"}, {"location", folder / "a.mp4"}, {"fps", 30}});
  for (int pass = 0; pass < 2; pass++) {
    for (int i = 0; i < 30; i++)
      CHECK_EQ(push(runtime, sink, noise(runtime, 320, 180, 100 + i)), LS_OK);
  }
  CHECK(close_and_wait(runtime, sink, 5));
  Fixture reader;
  const Played played = play(reader, {{"location", folder / "a.mp4"}});
  CHECK_EQ(played.pts.size(), 60u);
  CHECK_NEAR(played.pts.back() - played.pts.front(), 59 / 30.0, 0.05);
}

TEST(another_size_is_refused_and_the_recording_goes_on) {
  const Folder folder;
  Fixture runtime;
  const ls_handle sink = open_sink(runtime, {{"kind", "record"}, {"location", folder / "a.mp4"}});
  CHECK_EQ(push(runtime, sink, runtime.blank(320, 180, 0)), LS_OK);
  CHECK_EQ(push(runtime, sink, runtime.blank(322, 180, 1)), LS_ERR_FORMAT);
  CHECK_EQ(push(runtime, sink, runtime.blank(320, 180, 2)), LS_OK);
  CHECK(close_and_wait(runtime, sink, 5));
  CHECK_EQ(frames_in(folder / "a.mp4"), 2u);
}

TEST(a_folder_that_is_not_there_is_told_at_once) {
  Fixture runtime;
  const ls_handle sink =
      open_sink(runtime, {{"kind", "record"}, {"location", "/tmp/lineside-no-such-folder/a.mp4"}});
  const Event failed = runtime.next();
  CHECK_EQ(failed.head.kind, static_cast<uint32_t>(LS_FAILED));
  CHECK_EQ(failed.head.status, LS_ERR_IO);
  CHECK_CONTAINS(failed.payload, "cannot be written");
  CHECK_EQ(push(runtime, sink, runtime.blank(64, 64)), LS_ERR_IO);
  CHECK(close_and_wait(runtime, sink, 2));
}

TEST(a_file_removed_while_recording_is_told) {
  const Folder folder;
  Fixture runtime;
  const ls_handle sink = open_sink(runtime, {{"kind", "record"}, {"location", folder / "a.mp4"}});
  CHECK_EQ(push(runtime, sink, runtime.blank(320, 180, 0)), LS_OK);
  std::filesystem::remove(folder / "a.mp4");
  std::string message;
  int32_t status = LS_OK;
  for (int i = 1; i < 40 && status == LS_OK; i++) {
    usleep(100000);
    status = push(runtime, sink, runtime.blank(320, 180, i), &message);
  }
  CHECK_EQ(status, LS_ERR_IO);
  CHECK_CONTAINS(message, "removed");
  CHECK(close_and_wait(runtime, sink, 3));
}

TEST(a_full_disk_fails_the_recording_and_what_is_there_plays) {
  const Folder folder;
  const std::string disk = folder / "disk";
  std::filesystem::create_directory(disk);
  if (mount("tmpfs", disk.c_str(), "tmpfs", 0, "size=400k") != 0) {
    throw check::Skipped{"mounting a small tmpfs needs root"};
  }
  {
    Fixture runtime;
    const ls_handle sink = open_sink(
        runtime,
        {{"kind", "record"}, {"location", disk + "/a.mp4"}, {"bitrate", 4000}, {"fps", 30}});
    int32_t status = LS_OK;
    std::string message;
    for (int i = 0; i < 900 && status == LS_OK; i++) {
      status = push(runtime, sink, noise(runtime, 320, 180, i), &message);
    }
    CHECK_EQ(status, LS_ERR_IO);
    CHECK_CONTAINS(message, "space");
    CHECK(close_and_wait(runtime, sink, 3));
  }
  std::filesystem::copy_file(disk + "/a.mp4", folder / "rest.mp4");
  CHECK_EQ(umount2(disk.c_str(), MNT_DETACH), 0);
  Fixture runtime;
  CHECK(play(runtime, {{"location", folder / "rest.mp4"}}).pts.size() > 10);
}

TEST(without_a_frame_there_is_no_file) {
  const Folder folder;
  Fixture runtime;
  const ls_handle sink = open_sink(runtime, {{"kind", "record"}, {"location", folder / "a.mp4"}});
  CHECK_EQ(runtime.next().head.kind, static_cast<uint32_t>(LS_OPENED));
  CHECK(close_and_wait(runtime, sink, 2));
  CHECK(!std::filesystem::exists(folder / "a.mp4"));
}

TEST(an_unknown_encoder_names_those_there_are) {
  const Folder folder;
  Fixture runtime;
  const ls_handle sink = open_sink(
      runtime, {{"kind", "record"}, {"location", folder / "a.mp4"}, {"encoder", "x246enc"}});
  const Event failed = runtime.next();
  CHECK_EQ(failed.head.status, LS_ERR_NOT_FOUND);
  CHECK_CONTAINS(failed.payload, "x246enc");
  CHECK(close_and_wait(runtime, sink, 2));
}
