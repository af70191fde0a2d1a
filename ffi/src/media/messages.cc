#include "media/messages.h"

#include <gst/pbutils/pbutils.h>

#include <cstring>
#include <map>

namespace lineside {
namespace {

// Debug details look like "qtdemux.c(1234): func (): /GstPipeline:p/GstQTDemux:d:\nwhat it says".
std::string detail_of(const gchar* debug) {
  if (!debug) return {};
  const char* line = std::strchr(debug, '\n');
  std::string text = line ? line + 1 : "";
  while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.pop_back();
  for (char& c : text) {
    if (c == '\n') c = ' ';
  }
  // Flow results say nothing to a reader.
  if (text.find("streaming stopped, reason") != std::string::npos) return {};
  return text;
}

ls_status status_of(const GError* error) {
  if (error->domain == GST_RESOURCE_ERROR) {
    switch (error->code) {
      case GST_RESOURCE_ERROR_NOT_FOUND:
        return LS_ERR_NOT_FOUND;
      case GST_RESOURCE_ERROR_BUSY:
      case GST_RESOURCE_ERROR_SETTINGS:
      case GST_RESOURCE_ERROR_FAILED:
        return LS_ERR_DEVICE;
      default:
        return LS_ERR_IO;
    }
  }
  if (error->domain == GST_STREAM_ERROR) {
    switch (error->code) {
      case GST_STREAM_ERROR_CODEC_NOT_FOUND:
        return LS_ERR_NOT_FOUND;
      case GST_STREAM_ERROR_NOT_IMPLEMENTED:
        return LS_ERR_UNSUPPORTED;
      default:
        return LS_ERR_FORMAT;
    }
  }
  if (error->domain == GST_CORE_ERROR && error->code == GST_CORE_ERROR_MISSING_PLUGIN) {
    return LS_ERR_NOT_FOUND;
  }
  return LS_ERR_INTERNAL;
}

}  // namespace

Failure describe_message(GstMessage* message) {
  GError* error = nullptr;
  gchar* debug = nullptr;
  if (GST_MESSAGE_TYPE(message) == GST_MESSAGE_WARNING) {
    gst_message_parse_warning(message, &error, &debug);
  } else {
    gst_message_parse_error(message, &error, &debug);
  }
  Failure failure{error ? status_of(error) : LS_ERR_INTERNAL,
                  error && error->message ? error->message : "an unknown error"};
  if (error && g_error_matches(error, GST_STREAM_ERROR, GST_STREAM_ERROR_TYPE_NOT_FOUND)) {
    failure.message = "is of no known type, expected a video file (MP4, MKV, AVI, MPEG-TS ...)";
  }
  const std::string detail = detail_of(debug);
  if (!detail.empty() && detail != failure.message) failure.message += " (" + detail + ")";
  g_clear_error(&error);
  g_free(debug);
  return failure;
}

std::string package_of_element(const std::string& factory) {
  static const std::map<std::string, const char*> packages = {
      {"x264enc", "gstreamer1.0-plugins-ugly"},    {"openh264enc", "gstreamer1.0-plugins-bad"},
      {"h264parse", "gstreamer1.0-plugins-bad"},   {"mp4mux", "gstreamer1.0-plugins-good"},
      {"rtph264pay", "gstreamer1.0-plugins-good"}, {"filesrc", "libgstreamer1.0-0"},
      {"filesink", "libgstreamer1.0-0"},
  };
  const auto found = packages.find(factory);
  return found == packages.end() ? "gstreamer1.0-plugins-base" : found->second;
}

std::string package_of_decoder(const std::string& media_type) {
  static const std::map<std::string, const char*> packages = {
      {"video/x-vp8", "gstreamer1.0-plugins-good"},
      {"video/x-vp9", "gstreamer1.0-plugins-good"},
      {"image/jpeg", "gstreamer1.0-plugins-good"},
      {"video/x-av1", "gstreamer1.0-plugins-bad"},
      {"video/quicktime", "gstreamer1.0-plugins-good"},
      {"video/x-matroska", "gstreamer1.0-plugins-good"},
      {"video/x-msvideo", "gstreamer1.0-plugins-good"},
      {"video/mpegts", "gstreamer1.0-plugins-bad"},
  };
  const auto found = packages.find(media_type);
  return found == packages.end() ? "gstreamer1.0-libav" : found->second;
}

std::string codec_title(const GstCaps* caps) {
  gchar* text = caps ? gst_pb_utils_get_codec_description(caps) : nullptr;
  std::string title = text ? text : "an unknown codec";
  g_free(text);
  return title;
}

std::string codec_name(const GstCaps* caps) {
  if (!caps || gst_caps_get_size(caps) == 0) return "unknown";
  const std::string name = gst_structure_get_name(gst_caps_get_structure(caps, 0));
  if (name == "image/jpeg") return "mjpeg";
  if (name == "video/mpeg") {
    int version = 0;
    gst_structure_get_int(gst_caps_get_structure(caps, 0), "mpegversion", &version);
    return "mpeg" + std::to_string(version);
  }
  const size_t slash = name.find('/');
  const std::string type = slash == std::string::npos ? name : name.substr(slash + 1);
  return type.rfind("x-", 0) == 0 ? type.substr(2) : type;
}

}  // namespace lineside
