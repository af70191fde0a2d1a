// Files as sources: what plays, how often and how fast, and what is wrong with those that do not.
#include <thread>

#include "media_clips.h"

using namespace lineside;
using namespace lineside::test;
using nlohmann::json;

namespace {

struct Kind {
  const char* name;
  const char* coding;
  const char* input;  // format coded
  const char* codec;
  const char* format;  // format given
};

void check_rising(const std::vector<double>& values) {
  for (size_t i = 1; i < values.size(); i++) {
    if (values[i] <= values[i - 1]) {
      CHECK_NEAR(values[i], values[i - 1] + 1, 0);
      return;
    }
  }
}

size_t resident() {
  std::ifstream file("/proc/self/statm");
  size_t pages = 0;
  file >> pages >> pages;
  return pages * 4096;
}

std::string failure_of(const std::string& location, int32_t status) {
  Fixture runtime;
  const Played played = play(runtime, {{"location", location}});
  CHECK_EQ(played.last, static_cast<uint32_t>(LS_FAILED));
  CHECK_EQ(played.status, status);
  CHECK_CONTAINS(played.message, location);
  return played.message;
}

}  // namespace

TEST(plays_what_gstreamer_decodes) {
  const Folder folder;
  const Kind kinds[] = {
      {"h264.mp4", "x264enc bframes=2 ! mp4mux", "I420", "h264", "I420"},
      {"h264.ts", "x264enc ! mpegtsmux", "I420", "h264", "I420"},
      {"h265.mkv", "x265enc speed-preset=ultrafast ! h265parse ! matroskamux", "I420", "h265",
       "I420"},
      {"ten.mkv", "x265enc speed-preset=ultrafast ! h265parse ! matroskamux", "I420_10LE", "h265",
       "I420"},
      {"full.mp4", "x264enc ! mp4mux", "Y444", "h264", "I420"},
      {"vp9.webm", "vp9enc deadline=1 cpu-used=8 ! webmmux", "I420", "vp9", "I420"},
      {"mjpeg.avi", "jpegenc ! avimux", "I420", "mjpeg", "I420"},
      {"raw.avi", "avimux", "I420", "raw", "I420"},
      {"yuy2.avi", "avimux", "YUY2", "raw", "YUYV"},
      {"bgr.avi", "avimux", "BGR", "raw", "BGR"},
      {"grey.mkv", "matroskamux", "GRAY8", "raw", "GREY"},
  };
  for (const Kind& kind : kinds) {
    try {
      const std::string path = clip(folder, kind.name, kind.coding, kind.input);
      Fixture runtime;
      const Played played = play(runtime, {{"location", path}});
      if (played.last != LS_END) check::fail(kind.name, 0, played.message);
      CHECK_EQ(played.pts.size(), 45u);
      CHECK_EQ(played.opened.value("codec", ""), std::string(kind.codec));
      CHECK_EQ(played.opened.value("format", ""), std::string(kind.format));
      CHECK_EQ(played.opened.value("width", 0), 320);
      CHECK_NEAR(played.opened.value("fps", 0.0), 30, 0.01);
      check_rising(played.pts);
    } catch (const check::Skipped& skip) {
      std::printf("  without %s: %s\n", kind.name, skip.reason.c_str());
    }
  }
  CHECK_EQ(suppressed_complaints(), 0u);
}

TEST(converts_to_the_format_asked_for) {
  const Folder folder;
  const std::string path = clip(folder, "a.mp4", "x264enc ! mp4mux");
  for (const auto& [name, format] :
       {std::pair<const char*, uint32_t>{"NV12", LS_NV12}, {"GREY", LS_GREY}, {"RGB", LS_RGB}}) {
    Fixture runtime;
    CHECK_EQ(play(runtime, {{"location", path}, {"format", name}}).format, format);
  }
}

TEST(skips_sound) {
  const Folder folder;
  const std::string path = folder / "both.mp4";
  const std::string problem = run_launch(
      "videotestsrc num-buffers=30 ! video/x-raw,framerate=30/1 ! x264enc ! mp4mux name=mux ! "
      "filesink location=" +
      path + " audiotestsrc num-buffers=200 ! avenc_aac ! mux.");
  if (!problem.empty()) throw check::Skipped{problem};
  Fixture runtime;
  const Played played = play(runtime, {{"location", path}});
  // The sound is four times as long, which is no sign of a cut-off file.
  CHECK_EQ(played.last, static_cast<uint32_t>(LS_END));
  CHECK_EQ(played.pts.size(), 30u);
}

TEST(loops_with_rising_times_and_numbers) {
  const Folder folder;
  for (const char* coding :
       {"x264enc bframes=2 ! mp4mux", "x264enc ! video/x-h264,stream-format=byte-stream"}) {
    const std::string path = clip(folder, "loop.bin", coding);
    Fixture runtime;
    const Played played = play(runtime, {{"location", path}, {"loop", 3}});
    CHECK_EQ(played.last, static_cast<uint32_t>(LS_END));
    CHECK_EQ(played.pts.size(), 135u);
    CHECK_EQ(played.stats.value("passes", 0), 3);
    check_rising(played.pts);
    check_rising(played.numbers);
    CHECK_NEAR(played.pts.back() - played.pts.front(), 134 / 30.0, 0.1);
  }
}

TEST(starts_and_stops_where_asked) {
  const Folder folder;
  const std::string path =
      clip(folder, "part.mp4", "x264enc bframes=2 key-int-max=20 ! mp4mux", "I420", 90);
  Fixture runtime;
  const Played played =
      play(runtime, {{"location", path}, {"start", 1.0}, {"stop", 2.0}, {"loop", 2}});
  CHECK_EQ(played.pts.size(), 60u);
  CHECK_NEAR(played.pts.front(), 1.0, 0.001);
  CHECK_NEAR(played.pts.back(), 2.0 + 29 / 30.0, 0.01);
}

TEST(a_consumer_may_hold_many_frames) {
  const Folder folder;
  const std::string path = clip(folder, "held.mp4", "x264enc bframes=2 ! mp4mux");
  Fixture runtime;
  CHECK_EQ(play(runtime, {{"location", path}}, 32).pts.size(), 45u);
}

TEST(gives_no_more_than_credit_allows) {
  const Folder folder;
  const std::string path = clip(folder, "credit.mp4", "x264enc ! mp4mux");
  Fixture runtime;
  const ls_handle source = open_source(runtime, {{"location", path}, {"queue", 3}});
  CHECK_EQ(runtime.next().head.kind, static_cast<uint32_t>(LS_OPENED));
  ls_source_credit(runtime, source, 2);
  for (int i = 0; i < 2; i++) {
    const Event event = runtime.next();
    CHECK_EQ(event.head.kind, static_cast<uint32_t>(LS_FRAME));
    ls_frame_release(runtime, event.head.frame);
  }
  CHECK_EQ(runtime.next(0.3).head.kind, 0u);
  const json stats = stats_of(runtime, source);
  CHECK_EQ(stats["queue"].value("depth", 0), 3);
  // Given, waiting, and at most one in the decoder's hands.
  CHECK(stats.value("decoded", 0) <= 6);
  CHECK(close_and_wait(runtime, source, 1));
}

TEST(paces_by_time_and_drops_by_policy) {
  const Folder folder;
  const std::string path = clip(folder, "live.mp4", "x264enc ! mp4mux", "I420", 30);
  for (const char* policy : {"drop-oldest", "drop-newest", "latest"}) {
    Fixture runtime;
    const ls_handle source = open_source(
        runtime, {{"location", path}, {"realtime", true}, {"policy", policy}, {"queue", 2}});
    ls_source_credit(runtime, source, 5);
    const double start = ls_now();
    uint64_t frames = 0;
    bool more = true;
    double last_number = 0;
    while (more) {
      const Event event = runtime.next(10);
      if (event.head.kind == LS_FRAME) {
        frames++;
        last_number = event.head.number;
        ls_frame_release(runtime, event.head.frame);
      }
      // All decoded: what waits goes with more credit.
      if (stats_of(runtime, source).value("passes", 0) == 1) ls_source_credit(runtime, source, 5);
      if (frames == 5 && event.head.kind == LS_FRAME) {
        std::this_thread::sleep_for(std::chrono::milliseconds(1100));
        ls_source_credit(runtime, source, 100);
      }
      more = event.head.kind != LS_END && event.head.kind != 0;
    }
    CHECK(ls_now() - start >= 0.9);
    const json stats = stats_of(runtime, source);
    const uint64_t dropped =
        stats["drops"].value("drop-oldest", 0u) + stats["drops"].value("drop-newest", 0u);
    CHECK(dropped > 0);
    CHECK_EQ(frames + dropped, 30u);
    if (std::string(policy) != "drop-newest") CHECK_EQ(last_number, 29.0);
    CHECK(close_and_wait(runtime, source, 1));
  }
}

TEST(closes_at_any_moment) {
  const Folder folder;
  const std::string path = clip(folder, "close.mp4", "x264enc ! mp4mux");
  for (int delay = 0; delay < 40; delay += 4) {
    for (const bool realtime : {false, true}) {
      Fixture runtime;
      const ls_handle source =
          open_source(runtime, {{"location", path}, {"realtime", realtime}, {"loop", 0}});
      ls_source_credit(runtime, source, delay % 8 ? 1000 : 1);
      std::this_thread::sleep_for(std::chrono::milliseconds(delay));
      const double start = ls_now();
      CHECK(close_and_wait(runtime, source, 5));
      CHECK(ls_now() - start < 1);
      CHECK_EQ(ls_live_frames(runtime), 0u);
    }
  }
}

TEST(says_what_is_wrong_with_a_file) {
  const Folder folder;
  CHECK_CONTAINS(failure_of(folder / "no.mp4", LS_ERR_NOT_FOUND), "no such file");
  CHECK_CONTAINS(failure_of(folder / ".", LS_ERR_FORMAT), "folder");
  std::ofstream(folder / "zero.mp4").close();
  CHECK_CONTAINS(failure_of(folder / "zero.mp4", LS_ERR_FORMAT), "0 bytes");
  std::ofstream(folder / "text.mp4") << "I am no video.\n";
  CHECK_CONTAINS(failure_of(folder / "text.mp4", LS_ERR_FORMAT), "expected a video");
  CHECK(run_launch("audiotestsrc num-buffers=50 ! wavenc ! filesink location=" + folder / "a.wav")
            .empty());
  CHECK_CONTAINS(failure_of(folder / "a.wav", LS_ERR_FORMAT), "no video, only audio");
  const std::string whole = clip(folder, "whole.mp4", "x264enc ! mp4mux");
  CHECK_CONTAINS(failure_of(cut(folder, whole, 0.6, "headless.mp4"), LS_ERR_FORMAT), "cut off");
}

TEST(a_cut_off_file_gives_its_pictures_and_then_fails) {
  const Folder folder;
  for (const char* coding :
       {"x264enc ! mp4mux faststart=true", "x264enc ! matroskamux", "jpegenc ! avimux"}) {
    const std::string whole = clip(folder, "whole.bin", coding);
    Fixture runtime;
    const Played played = play(runtime, {{"location", cut(folder, whole, 0.6, "cut.bin")}});
    CHECK_EQ(played.last, static_cast<uint32_t>(LS_FAILED));
    CHECK_EQ(played.status, LS_ERR_FORMAT);
    CHECK_CONTAINS(played.message, "cut off");
    CHECK(played.pts.size() > 5 && played.pts.size() < 45);
    std::filesystem::remove(folder / "cut.bin");
  }
}

TEST(names_the_package_of_a_missing_decoder) {
  const Folder folder;
  const std::string path = clip(folder, "vp9.webm", "vp9enc deadline=1 cpu-used=8 ! webmmux");
  // Ranks under marginal are never taken.
  std::vector<std::pair<GstPluginFeature*, guint>> ranks;
  for (const char* name : {"vp9dec", "avdec_vp9", "vp9alphadecodebin"}) {
    if (GstElementFactory* factory = gst_element_factory_find(name)) {
      auto* feature = GST_PLUGIN_FEATURE(factory);
      ranks.emplace_back(feature, gst_plugin_feature_get_rank(feature));
      gst_plugin_feature_set_rank(feature, GST_RANK_NONE);
    }
  }
  const std::string message = failure_of(path, LS_ERR_NOT_FOUND);
  CHECK_CONTAINS(message, "VP9");
  CHECK_CONTAINS(message, "gstreamer1.0-plugins-good");
  for (const auto& [feature, rank] : ranks) {
    gst_plugin_feature_set_rank(feature, rank);
    gst_object_unref(feature);
  }
}

TEST(refuses_a_wrong_configuration) {
  Fixture runtime;
  const auto refusal = [&](const char* config) {
    ls_handle source = 0;
    ls_error error{};
    CHECK_EQ(ls_source_open(runtime, config, &source, &error), LS_ERR_CONFIG);
    return std::string(error.message);
  };
  CHECK_CONTAINS(refusal("{\"kind\": \"fiel\", \"location\": \"a\"}"), "file");
  CHECK_CONTAINS(refusal("{\"kind\": \"file\"}"), "location");
  CHECK_CONTAINS(refusal("{\"kind\": \"file\", \"location\": \"a\", \"lop\": 2}"), "loop");
  CHECK_CONTAINS(refusal("{\"kind\": \"file\", \"location\": \"a\", \"start\": 3, \"stop\": 2}"),
                 "stop");
  CHECK_CONTAINS(refusal("{"), "source");
}

TEST(plays_the_bottle_line_to_its_last_frame) {
  const std::string path = check::shared("video/bottle-detection.mp4");
  Fixture runtime;
  const Played played = play(runtime, {{"location", path}});
  CHECK_EQ(played.last, static_cast<uint32_t>(LS_END));
  CHECK_EQ(played.pts.size(), 1189u);
}

TEST(passes_leak_nothing) {
  const std::string path = check::shared("video/bottle-detection.mp4");
  if (std::string(LINESIDE_VARIANT) != "plain") {
    throw check::Skipped{"a sanitizer's own memory grows"};
  }
  Fixture runtime;
  const ls_handle source = open_source(runtime, {{"location", path}, {"loop", 10}, {"stop", 10}});
  ls_source_credit(runtime, source, 4);
  std::vector<double> at;  // MB after each pass
  for (bool more = true; more;) {
    const Event event = runtime.next(30);
    if (event.head.kind == LS_FRAME) {
      ls_frame_release(runtime, event.head.frame);
      ls_source_credit(runtime, source, 1);
      if (static_cast<int>(event.head.number) % 299 == 298)
        at.push_back(static_cast<double>(resident()) / 1e6);
    }
    more = event.head.kind != LS_END && event.head.kind != LS_FAILED && event.head.kind != 0;
  }
  CHECK(at.size() >= 9);
  if (at.size() >= 9) {
    const double growth = (at.back() - at[1]) / static_cast<double>(at.size() - 2);
    std::printf("  %.3f MB a pass after the second\n", growth);
    CHECK(growth < 0.5);
  }
  CHECK(close_and_wait(runtime, source, 1));
}
