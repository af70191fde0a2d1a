// Clips made on the spot, a folder to have them in, and a consumer to play them to.
#pragma once

#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "fixture.h"
#include "media/gst.h"

namespace lineside::test {

class Folder {
 public:
  Folder() {
    char name[] = "/tmp/lineside-media-XXXXXX";
    if (!mkdtemp(name)) throw std::runtime_error("no temporary folder");
    path_ = name;
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  std::string operator/(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

inline std::string run_launch(const std::string& line) {
  start_gstreamer();
  GError* error = nullptr;
  const ElementPtr pipeline(gst_parse_launch(line.c_str(), &error));
  if (error) {
    const std::string why = error->message;
    g_clear_error(&error);
    return why;
  }
  gst_object_ref_sink(pipeline.get());
  const BusPtr bus(gst_element_get_bus(pipeline.get()));
  gst_element_set_state(pipeline.get(), GST_STATE_PLAYING);
  const MessagePtr last(
      gst_bus_timed_pop_filtered(bus.get(), 60 * GST_SECOND,
                                 static_cast<GstMessageType>(GST_MESSAGE_EOS | GST_MESSAGE_ERROR)));
  gst_element_set_state(pipeline.get(), GST_STATE_NULL);
  if (!last) return "no end within a minute";
  return GST_MESSAGE_TYPE(last.get()) == GST_MESSAGE_EOS ? "" : "an error";
}

// `frames` of a test picture of 320x180 at 30 frames/s, through `coding` ("x264enc ! mp4mux").
inline std::string clip(const Folder& folder, const std::string& name, const std::string& coding,
                        const std::string& format = "I420", int frames = 45) {
  const std::string path = folder / name;
  const std::string problem =
      run_launch("videotestsrc pattern=ball num-buffers=" + std::to_string(frames) +
                 " ! video/x-raw,width=320,height=180,framerate=30/1,format=" + format + " ! " +
                 coding + " ! filesink location=" + path);
  if (!problem.empty()) throw check::Skipped{"cannot make " + name + " here: " + problem};
  return path;
}

inline std::string cut(const Folder& folder, const std::string& path, double part,
                       const std::string& name) {
  std::filesystem::copy_file(path, folder / name);
  const auto size = static_cast<double>(std::filesystem::file_size(path));
  std::filesystem::resize_file(folder / name, static_cast<uintmax_t>(size * part));
  return folder / name;
}

struct Played {
  nlohmann::json opened;
  std::vector<double> pts;
  std::vector<double> numbers;
  uint32_t last = 0;  // LS_END or LS_FAILED
  int32_t status = 0;
  std::string message;
  nlohmann::json stats;
  uint32_t format = 0;
};

inline ls_handle open_source(Fixture& runtime, nlohmann::json config) {
  ls_error error{};
  ls_handle source = 0;
  config["kind"] = "file";
  if (ls_source_open(runtime, config.dump().c_str(), &source, &error) != LS_OK) {
    throw std::runtime_error(error.message);
  }
  return source;
}

inline nlohmann::json stats_of(Fixture& runtime, ls_handle object) {
  std::string text(8192, 0);
  ls_stats(runtime, object, text.data(), static_cast<uint32_t>(text.size()));
  return nlohmann::json::parse(text.c_str());
}

inline bool close_and_wait(Fixture& runtime, ls_handle object, double within = 10) {
  if (ls_close(runtime, object) != LS_OK) return false;
  const double end = ls_now() + within;
  while (ls_now() < end) {
    const Event event = runtime.next(end - ls_now());
    if (event.head.frame) ls_frame_release(runtime, event.head.frame);
    if (event.head.kind == LS_CLOSED && event.head.object == object) return true;
  }
  return false;
}

// Plays to the end, holding the last `hold` frames, and closes.
inline Played play(Fixture& runtime, const nlohmann::json& config, size_t hold = 0) {
  const ls_handle source = open_source(runtime, config);
  ls_source_credit(runtime, source, 2);
  Played played;
  std::vector<ls_handle> held;
  while (played.last == 0) {
    const Event event = runtime.next(30);
    if (event.head.kind == 0) throw std::runtime_error("nothing happened for 30 s");
    if (event.head.kind == LS_OPENED) played.opened = nlohmann::json::parse(event.payload);
    if (event.head.kind == LS_FRAME) {
      played.pts.push_back(event.head.pts);
      played.numbers.push_back(event.head.number);
      played.format = event.head.format;
      held.push_back(event.head.frame);
      if (held.size() > hold) {
        ls_frame_release(runtime, held.front());
        held.erase(held.begin());
      }
      ls_source_credit(runtime, source, 1);
    }
    if (event.head.kind == LS_END || event.head.kind == LS_FAILED) {
      played.last = event.head.kind;
      played.status = event.head.status;
      played.message = event.payload;
    }
  }
  played.stats = stats_of(runtime, source);
  for (const ls_handle frame : held) ls_frame_release(runtime, frame);
  CHECK(close_and_wait(runtime, source, 2));
  CHECK_EQ(ls_live_frames(runtime), 0u);
  return played;
}

}  // namespace lineside::test
