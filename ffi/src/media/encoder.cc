#include "media/encoder.h"

#include <algorithm>
#include <cmath>

#include "core/config.h"
#include "core/error.h"

namespace lineside {
namespace {

enum class Unit : uint8_t { kKbit, kBit };

// One row an encoder: the properties it has for what we ask of each.
struct Known {
  const char* factory;
  bool hardware;
  Unit unit;              // of its "bitrate"
  const char* key_frame;  // frames from key frame to key frame
  const char* settings;   // others, as gst_util_set_object_arg takes them: "name=value ..."
};
constexpr Known kKnown[] = {
    {"nvv4l2h264enc", true, Unit::kBit, "iframeinterval", "insert-sps-pps=true"},
    {"nvh264enc", true, Unit::kKbit, "gop-size", "zerolatency=true bframes=0"},
    {"vah264enc", true, Unit::kKbit, "key-int-max", "b-frames=0"},
    {"vaapih264enc", true, Unit::kKbit, "keyframe-period", "max-bframes=0"},
    {"qsvh264enc", true, Unit::kKbit, "gop-size", "b-frames=0"},
    {"v4l2h264enc", true, Unit::kBit, nullptr, ""},
    // Encoding must not fight inference for cores: one thread, and no lookahead, so that a frame is
    // on disk or on the wire at once.
    {"x264enc", false, Unit::kKbit, "key-int-max",
     "speed-preset=superfast tune=zerolatency sliced-threads=false threads=1 bframes=0"},
    {"openh264enc", false, Unit::kBit, "gop-size", "rate-control=bitrate multi-thread=1"},
};

const Known* known(const std::string& factory) {
  for (const Known& one : kKnown) {
    if (factory == one.factory) return &one;
  }
  return nullptr;
}

// Hardware encoders may be installed where there is no such hardware: those do not start.
bool starts(const char* factory) {
  GstElement* made = gst_element_factory_make(factory, nullptr);
  if (!made) return false;
  const ElementPtr element(GST_ELEMENT(gst_object_ref_sink(made)));
  const bool ready =
      gst_element_set_state(element.get(), GST_STATE_READY) != GST_STATE_CHANGE_FAILURE;
  gst_element_set_state(element.get(), GST_STATE_NULL);
  return ready;
}

void set_argument(GstElement* element, const std::string& name, const std::string& value) {
  if (g_object_class_find_property(G_OBJECT_GET_CLASS(element), name.c_str())) {
    gst_util_set_object_arg(G_OBJECT(element), name.c_str(), value.c_str());
  }
}

void configure(GstElement* encoder, const Known& one, const EncoderOptions& options, int width,
               int height) {
  const double fps = options.fps > 0 ? options.fps : 25;
  // A tenth of a bit a pixel: clean for scenes of a fixed camera.
  const uint32_t kbit =
      options.bitrate != 0
          ? options.bitrate
          : std::max<uint32_t>(500, static_cast<uint32_t>(0.1 * width * height * fps / 1000));
  set_argument(encoder, "bitrate", std::to_string(one.unit == Unit::kBit ? kbit * 1000ULL : kbit));
  // Key frames are asked for by time (request_key_frame); this is for encoders that do not listen.
  if (one.key_frame) {
    set_argument(encoder, one.key_frame, std::to_string(std::lround(std::ceil(fps * 1.5))));
  }
  std::string settings = one.settings;
  while (!settings.empty()) {
    const size_t end = std::min(settings.find(' '), settings.size());
    const std::string setting = settings.substr(0, end);
    const size_t equal = setting.find('=');
    set_argument(encoder, setting.substr(0, equal), setting.substr(equal + 1));
    settings.erase(0, std::min(end + 1, settings.size()));
  }
}

}  // namespace

std::vector<EncoderChoice> h264_encoders() {
  start_gstreamer();
  std::vector<EncoderChoice> found;
  for (const Known& one : kKnown) {
    if (GstElementFactory* factory = gst_element_factory_find(one.factory)) {
      gst_object_unref(factory);
      found.push_back({one.factory, one.hardware});
    }
  }
  return found;
}

EncoderChoice choose_encoder(const std::string& name) {
  const std::vector<EncoderChoice> found = h264_encoders();
  std::string names;
  for (const EncoderChoice& one : found) {
    if ((name == "auto" || name == one.factory) && starts(one.factory.c_str())) return one;
    names += (names.empty() ? "" : ", ") + one.factory;
  }
  if (found.empty()) {
    throw Error(LS_ERR_NOT_FOUND,
                "this machine has no H.264 encoder; the Debian package gstreamer1.0-plugins-ugly "
                "brings x264enc, gstreamer1.0-plugins-bad openh264enc");
  }
  if (name == "auto") {
    throw Error(LS_ERR_DEVICE, "none of this machine's H.264 encoders starts: " + names);
  }
  std::vector<std::string> candidates;
  bool there = false;
  for (const EncoderChoice& one : found) {
    candidates.push_back(one.factory);
    there = there || one.factory == name;
  }
  if (there) throw Error(LS_ERR_DEVICE, "the encoder " + name + " does not start on this machine");
  const std::string near = nearest(name, candidates);
  throw Error(LS_ERR_NOT_FOUND, "no H.264 encoder named " + name + " on this machine; there is " +
                                    names + (near.empty() ? "" : "; did you mean " + near + "?"));
}

EncodeChain add_encode_chain(GstBin* bin, const EncoderChoice& choice,
                             const EncoderOptions& options, int width, int height) {
  std::vector<ElementPtr> made;
  const auto add = [&](const char* factory) {
    made.push_back(make_element(factory));
    gst_bin_add(bin, made.back().get());
    return made.back().get();
  };
  EncodeChain chain;
  chain.source = add("appsrc");
  GstElement* convert = add("videoconvert");
  GstElement* crop = add("videocrop");
  GstElement* filter = add("capsfilter");
  chain.encoder = add(choice.factory.c_str());
  chain.parser = add("h264parse");
  g_object_set(chain.source, "format", GST_FORMAT_TIME, "block", FALSE, "max-bytes",
               static_cast<guint64>(0), "max-time", static_cast<guint64>(0), nullptr);
  // 4:2:0 has no odd sizes: the last column and row go.
  g_object_set(crop, "right", width & 1, "bottom", height & 1, nullptr);
  // What every player takes; from RGB some encoders would choose 4:4:4.
  const CapsPtr caps(gst_caps_from_string(choice.hardware
                                              ? "video/x-raw(ANY),format=(string){NV12,I420}"
                                              : "video/x-raw,format=(string){I420,NV12}"));
  g_object_set(filter, "caps", caps.get(), nullptr);
  // Parameter sets before each key frame: a stream or fragment can be entered there.
  g_object_set(chain.parser, "config-interval", -1, nullptr);
  configure(chain.encoder, *known(choice.factory), options, width, height);
  if (!gst_element_link_many(chain.source, convert, crop, filter, chain.encoder, chain.parser,
                             nullptr)) {
    throw Error(LS_ERR_INTERNAL,
                "the encoding pipeline with " + choice.factory + " cannot be linked");
  }
  return chain;
}

void request_key_frame(GstElement* source) {
  gst_element_send_event(source,
                         gst_event_new_custom(GST_EVENT_CUSTOM_DOWNSTREAM,
                                              gst_structure_new("GstForceKeyUnit", "all-headers",
                                                                G_TYPE_BOOLEAN, TRUE, nullptr)));
}

}  // namespace lineside
