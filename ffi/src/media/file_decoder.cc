#include "media/file_decoder.h"

#include <gst/pbutils/pbutils.h>

#include <cstring>
#include <utility>

#include "media/file_check.h"
#include "media/messages.h"

namespace lineside {
namespace {

// What the sink takes of a stream in `native` format: that itself, where the library knows it;
// else what holds its pictures in the least memory, I420 for all YUV. videoconvert would choose by
// loss alone, and turn 4:4:4 into BGR.
CapsPtr accepted_caps(ls_pixel_format wanted, GstVideoFormat native) {
  GstVideoFormat format = GST_VIDEO_FORMAT_I420;
  const bool known = native != GST_VIDEO_FORMAT_UNKNOWN && native != GST_VIDEO_FORMAT_ENCODED;
  const GstVideoFormatInfo* info = known ? gst_video_format_get_info(native) : nullptr;
  if (wanted != LS_NONE) {
    format = gst_format_of(wanted);
  } else if (format_of(native) != LS_NONE) {
    format = native;
  } else if (info && GST_VIDEO_FORMAT_INFO_IS_RGB(info)) {
    format = GST_VIDEO_FORMAT_RGB;
  } else if (info && GST_VIDEO_FORMAT_INFO_IS_GRAY(info)) {
    format = GST_VIDEO_FORMAT_GRAY8;
  }
  return CapsPtr(gst_caps_new_simple("video/x-raw", "format", G_TYPE_STRING,
                                     gst_video_format_to_string(format), nullptr));
}

void set_if_there(GstElement* element, const char* property, guint value) {
  GParamSpec* spec = g_object_class_find_property(G_OBJECT_GET_CLASS(element), property);
  if (!spec) return;
  if (G_IS_PARAM_SPEC_BOOLEAN(spec)) {
    g_object_set(element, property, static_cast<gboolean>(value), nullptr);
  } else if (G_IS_PARAM_SPEC_INT(spec)) {
    g_object_set(element, property, static_cast<gint>(value), nullptr);
  } else if (G_IS_PARAM_SPEC_UINT(spec)) {
    g_object_set(element, property, value, nullptr);
  }
}

bool is_picture(const std::string& media_type) {
  return media_type.rfind("video/", 0) == 0 || media_type.rfind("image/", 0) == 0;
}

// Containers are "video/…" too.
bool is_container(const std::string& type) {
  return type == "video/quicktime" || type == "video/x-matroska" || type == "video/webm" ||
         type == "video/x-msvideo" || type == "video/mpegts" || type == "video/x-ms-asf" ||
         type == "video/x-flv" || type == "application/ogg" || type.rfind("application/x-", 0) == 0;
}

}  // namespace

FileDecoder::FileDecoder(const FileOptions& options, OnPicture on_picture)
    : options_(options), on_picture_(std::move(on_picture)) {
  gst_video_info_init(&info_);
  GstElement* file = pipeline_.add("filesrc");
  GstElement* decode = pipeline_.add("decodebin");
  convert_ = pipeline_.add("videoconvert");
  sink_ = pipeline_.add("appsink");
  g_object_set(file, "location", options_.location.c_str(), nullptr);
  // Only streams that can become pictures are decoded: sound costs nothing.
  const CapsPtr raw(gst_caps_from_string("video/x-raw(ANY)"));
  g_object_set(decode, "caps", raw.get(), "expose-all-streams", FALSE, nullptr);

  // Pacing is ours (file_source.cc): a loop's seeks do not disturb it and closing wakes it.
  g_object_set(sink_, "sync", FALSE, "max-buffers", 1u, "drop", FALSE, "enable-last-sample", FALSE,
               "qos", FALSE, nullptr);

  g_signal_connect(decode, "pad-added", G_CALLBACK(pad_added), this);
  g_signal_connect(decode, "autoplug-continue", G_CALLBACK(autoplug_continue), this);
  g_signal_connect(pipeline_.get(), "deep-element-added", G_CALLBACK(element_added), this);
  GstAppSinkCallbacks callbacks{};
  callbacks.new_sample = new_sample;
  gst_app_sink_set_callbacks(GST_APP_SINK(sink_), &callbacks, this, nullptr);
  const PadPtr pad(gst_element_get_static_pad(sink_, "sink"));
  gst_pad_add_probe(pad.get(), GST_PAD_PROBE_TYPE_QUERY_DOWNSTREAM, answer_allocation, nullptr,
                    nullptr);

  if (!gst_element_link(convert_, sink_) || !gst_element_link(file, decode)) {
    throw Error(LS_ERR_INTERNAL, "the decoding pipeline cannot be linked");
  }
}

FileDecoder::~FileDecoder() {
  pipeline_.stop();
  if (caps_) gst_caps_unref(caps_);
}

void FileDecoder::pad_added(GstElement*, GstPad* pad, gpointer self) {
  auto& decoder = *static_cast<FileDecoder*>(self);
  const PadPtr sink(gst_element_get_static_pad(decoder.convert_, "sink"));
  if (gst_pad_is_linked(sink.get())) return;  // a second video stream is left alone
  const CapsPtr caps(gst_pad_get_current_caps(pad));
  GstVideoInfo info;
  const bool known = caps && gst_video_info_from_caps(&info, caps.get());
  const CapsPtr accepted = accepted_caps(
      decoder.options_.format, known ? GST_VIDEO_INFO_FORMAT(&info) : GST_VIDEO_FORMAT_UNKNOWN);
  gst_app_sink_set_caps(GST_APP_SINK(decoder.sink_), accepted.get());
  gst_pad_link(pad, sink.get());
}

gboolean FileDecoder::autoplug_continue(GstElement*, GstPad*, GstCaps* caps, gpointer self) {
  auto& decoder = *static_cast<FileDecoder*>(self);
  if (gst_caps_get_size(caps) > 0) {
    std::lock_guard<std::mutex> lock(decoder.mutex_);
    decoder.streams_.insert(gst_structure_get_name(gst_caps_get_structure(caps, 0)));
  }
  return TRUE;
}

void FileDecoder::element_added(GstBin*, GstBin*, GstElement* element, gpointer self) {
  auto& decoder = *static_cast<FileDecoder*>(self);
  GstElementFactory* factory = gst_element_get_factory(element);
  if (!factory) return;
  const gchar* classes = gst_element_factory_get_metadata(factory, GST_ELEMENT_METADATA_KLASS);
  if (!classes || !std::strstr(classes, "Codec/Decoder")) return;
  if (!std::strstr(classes, "Video") && !std::strstr(classes, "Image")) return;
  // Each decoder has its own name for it: libav, dav1d, libvpx.
  for (const char* property : {"max-threads", "n-threads", "threads"}) {
    set_if_there(element, property, decoder.options_.threads);
  }
  // A damaged picture is given, and counted, rather than silently missing.
  set_if_there(element, "output-corrupt", 1);
  std::lock_guard<std::mutex> lock(decoder.mutex_);
  decoder.decoder_.reset(GST_ELEMENT(gst_object_ref(element)));
}

GstPadProbeReturn FileDecoder::answer_allocation(GstPad*, GstPadProbeInfo* info, gpointer) {
  GstQuery* query = GST_PAD_PROBE_INFO_QUERY(info);
  if (GST_QUERY_TYPE(query) != GST_QUERY_ALLOCATION) return GST_PAD_PROBE_OK;
  // Lets decoders render into their own padded memory: without this libav's copies each picture.
  gst_query_add_allocation_meta(query, GST_VIDEO_META_API_TYPE, nullptr);
  return GST_PAD_PROBE_HANDLED;
}

GstFlowReturn FileDecoder::new_sample(GstAppSink* sink, gpointer self) {
  auto& decoder = *static_cast<FileDecoder*>(self);
  const SamplePtr sample(gst_app_sink_pull_sample(sink));
  if (!sample) return GST_FLOW_EOS;
  GstBuffer* buffer = gst_sample_get_buffer(sample.get());
  GstCaps* caps = gst_sample_get_caps(sample.get());
  if (caps != decoder.caps_) {
    if (!gst_video_info_from_caps(&decoder.info_, caps)) return GST_FLOW_NOT_NEGOTIATED;
    gst_caps_replace(&decoder.caps_, caps);
  }
  const GstSegment* segment = gst_sample_get_segment(sample.get());
  double pts = -1;
  if (GST_BUFFER_PTS_IS_VALID(buffer) && segment->format == GST_FORMAT_TIME) {
    const guint64 time =
        gst_segment_to_stream_time(segment, GST_FORMAT_TIME, GST_BUFFER_PTS(buffer));
    if (GST_CLOCK_TIME_IS_VALID(time)) pts = seconds_of(time);
  }
  const double duration =
      GST_BUFFER_DURATION_IS_VALID(buffer) ? seconds_of(GST_BUFFER_DURATION(buffer)) : -1;
  const bool corrupted = GST_BUFFER_FLAG_IS_SET(buffer, GST_BUFFER_FLAG_CORRUPTED);
  try {
    return decoder.on_picture_({buffer, decoder.info_, pts, duration, corrupted}) ? GST_FLOW_OK
                                                                                  : GST_FLOW_EOS;
  } catch (...) {
    const Failure failure = current_failure();
    GST_ELEMENT_ERROR(sink, RESOURCE, FAILED, ("%s", failure.message.c_str()), (nullptr));
    return GST_FLOW_ERROR;
  }
}

bool FileDecoder::seek(double start, std::optional<double> stop) {
  return gst_element_seek(pipeline_.get(), 1.0, GST_FORMAT_TIME,
                          static_cast<GstSeekFlags>(GST_SEEK_FLAG_FLUSH | GST_SEEK_FLAG_ACCURATE),
                          GST_SEEK_TYPE_SET, static_cast<gint64>(clock_time(start)),
                          stop ? GST_SEEK_TYPE_SET : GST_SEEK_TYPE_NONE,
                          stop ? static_cast<gint64>(clock_time(*stop)) : -1);
}

FileDecoder::Facts FileDecoder::facts() {
  Facts facts;
  const PadPtr pad(gst_element_get_static_pad(sink_, "sink"));
  const CapsPtr caps(gst_pad_get_current_caps(pad.get()));
  GstVideoInfo info;
  if (!caps || !gst_video_info_from_caps(&info, caps.get())) return facts;
  facts.video = true;
  facts.width = GST_VIDEO_INFO_WIDTH(&info);
  facts.height = GST_VIDEO_INFO_HEIGHT(&info);
  facts.format = format_of(GST_VIDEO_INFO_FORMAT(&info));
  if (info.fps_n > 0 && info.fps_d > 0) facts.fps = static_cast<double>(info.fps_n) / info.fps_d;
  gint64 duration = 0;
  if (gst_element_query_duration(pipeline_.get(), GST_FORMAT_TIME, &duration) && duration > 0) {
    facts.duration = seconds_of(static_cast<GstClockTime>(duration));
  }
  std::lock_guard<std::mutex> lock(mutex_);
  facts.codec = "raw";
  if (decoder_) {
    facts.decoder = gst_plugin_feature_get_name(gst_element_get_factory(decoder_.get()));
    const PadPtr input(gst_element_get_static_pad(decoder_.get(), "sink"));
    const CapsPtr coded(input ? gst_pad_get_current_caps(input.get()) : nullptr);
    facts.codec = codec_name(coded.get());
  }
  return facts;
}

bool FileDecoder::has_other_streams() const {
  std::lock_guard<std::mutex> lock(mutex_);
  for (const std::string& type : streams_) {
    if (!is_picture(type) && !is_container(type)) return true;
  }
  return false;
}

void FileDecoder::note(GstMessage* message) {
  if (!gst_is_missing_plugin_message(message)) return;
  const GstStructure* detail = gst_message_get_structure(message);
  const GValue* value = gst_structure_get_value(detail, "detail");
  if (!value || !GST_VALUE_HOLDS_CAPS(value)) return;
  const GstCaps* caps = gst_value_get_caps(value);
  if (gst_caps_get_size(caps) == 0) return;
  const std::string type = gst_structure_get_name(gst_caps_get_structure(caps, 0));
  if (!is_picture(type)) return;
  std::lock_guard<std::mutex> lock(mutex_);
  missing_ = type;
  missing_title_ = codec_title(caps);
}

Failure FileDecoder::explain(GstMessage* error) {
  {
    std::lock_guard<std::mutex> lock(mutex_);
    if (!missing_.empty()) {
      return {LS_ERR_NOT_FOUND, options_.location + ": no decoder for " + missing_title_ + " (" +
                                    missing_ + ") on this machine; the Debian package " +
                                    package_of_decoder(missing_) + " usually brings one"};
    }
  }
  Failure failure = describe_message(error);
  const PadPtr pad(gst_element_get_static_pad(convert_, "sink"));
  if (failure.status == LS_ERR_NOT_FOUND && !gst_pad_is_linked(pad.get())) return no_video();
  const std::string missing = missing_bytes(options_.location);
  if (failure.status == LS_ERR_FORMAT && !missing.empty()) failure.message = missing;
  failure.message = options_.location + ": " + failure.message;
  return failure;
}

Failure FileDecoder::no_video() {
  std::lock_guard<std::mutex> lock(mutex_);
  std::string held;
  for (const std::string& type : streams_) {
    if (!is_container(type)) held += (held.empty() ? "" : ", ") + type;
  }
  return {LS_ERR_FORMAT, options_.location + ": holds no video" +
                             (held.empty() ? std::string() : ", only " + held)};
}

}  // namespace lineside
