#include "media/rtsp_stream.h"

#include <cmath>
#include <utility>

#include "core/error.h"
#include "media/gst_picture.h"

namespace lineside {
namespace {

constexpr guint64 kQueue = 2;         // pictures that may wait for the encoder
constexpr double kKeyInterval = 1.0;  // seconds: how long a client that joins waits at most
constexpr double kDrift = 0.5;  // seconds between stream time and clock before they are rejoined

// The media's clock, or none while it is not playing. A pipeline gives its elements the clock
// before it tells them when it began: asked in between, they answer with the machine's uptime, and
// every later picture would wait for that.
GstClockTime playing_time(GstElement* source) {
  GstState state = GST_STATE_NULL;
  gst_element_get_state(source, &state, nullptr, 0);
  return state == GST_STATE_PLAYING ? gst_element_get_current_running_time(source)
                                    : GST_CLOCK_TIME_NONE;
}

}  // namespace

RtspStream::~RtspStream() { forget(); }

void RtspStream::choose(const EncoderChoice& choice) {
  std::lock_guard<std::mutex> lock(mutex_);
  choice_ = choice;
  counts_.encoder = choice.factory;
}

GstElement* RtspStream::create() {
  std::lock_guard<std::mutex> lock(mutex_);
  if (width_ == 0 || choice_.factory.empty()) return nullptr;
  GstElement* bin = gst_bin_new(nullptr);
  try {
    const EncodeChain chain = add_encode_chain(GST_BIN(bin), choice_, options_, width_, height_);
    ElementPtr pay = make_element("rtph264pay", "pay0");
    gst_bin_add(GST_BIN(bin), pay.get());
    g_object_set(pay.get(), "pt", 96u, "config-interval", -1, nullptr);
    gst_util_set_object_arg(G_OBJECT(pay.get()), "aggregate-mode", "zero-latency");
    if (!gst_element_link(chain.parser, pay.get())) {
      throw Error(LS_ERR_INTERNAL, "the RTSP pipeline cannot be linked");
    }
    // Old pictures make room for new ones: a client sees what is, not what was.
    g_object_set(chain.source, "is-live", TRUE, "max-buffers", kQueue, "leaky-type", 2, nullptr);
    forget();
    source_ = GST_ELEMENT(gst_object_ref(chain.source));
    bin_ = bin;
    return bin;
  } catch (const Error&) {
    gst_object_unref(gst_object_ref_sink(bin));
    return nullptr;
  }
}

bool RtspStream::push(const FramePtr& frame) {
  std::lock_guard<std::mutex> lock(mutex_);
  width_ = frame->picture.width;
  height_ = frame->picture.height;
  if (!source_) {
    counts_.unwatched++;
    return false;
  }
  const GstClockTime now = playing_time(source_);
  if (!GST_CLOCK_TIME_IS_VALID(now)) {
    counts_.unwatched++;
    return false;
  }
  if (gst_app_src_get_current_level_buffers(GST_APP_SRC(source_)) >= kQueue) counts_.late++;
  // Stream time paces the client evenly, whatever the way here took; but it may jump.
  double time = frame->pts - pts_zero_;
  if (last_time_ < 0 || std::abs(time - seconds_of(now)) > kDrift) {
    pts_zero_ = frame->pts - seconds_of(now);
    time = seconds_of(now);
    if (last_time_ - time > kDrift) last_time_ = -1;  // the clock itself went back
  }
  if (time <= last_time_) time = last_time_ + 0.001;
  last_time_ = time;

  const CapsPtr caps = caps_of(frame->picture, options_.fps);
  const GString8 text(gst_caps_to_string(caps.get()));
  if (caps_ != text.get()) {
    gst_app_src_set_caps(GST_APP_SRC(source_), caps.get());
    caps_ = text.get();
  }
  if (last_key_ < 0 || time - last_key_ >= kKeyInterval) {
    if (last_key_ >= 0) request_key_frame(source_);
    last_key_ = time;
  }
  BufferPtr buffer = buffer_of(frame->picture);
  GST_BUFFER_PTS(buffer.get()) = clock_time(time);
  if (gst_app_src_push_buffer(GST_APP_SRC(source_), buffer.release()) != GST_FLOW_OK) return false;
  counts_.sent++;
  return true;
}

void RtspStream::unprepared(GstElement* bin) {
  std::lock_guard<std::mutex> lock(mutex_);
  // Another client may have come, and a new media with it, before the old one was gone.
  if (bin == bin_) forget();
}

void RtspStream::end() {
  std::lock_guard<std::mutex> lock(mutex_);
  if (source_) gst_app_src_end_of_stream(GST_APP_SRC(source_));
  forget();
  width_ = 0;
}

void RtspStream::forget() {
  if (source_) gst_object_unref(source_);
  source_ = nullptr;
  bin_ = nullptr;
  caps_.clear();
  last_time_ = -1;
  last_key_ = -1;
}

RtspStream::Counts RtspStream::counts() const {
  std::lock_guard<std::mutex> lock(mutex_);
  Counts counts = counts_;
  counts.watched = source_ != nullptr;
  return counts;
}

}  // namespace lineside
