#include "media/devices.h"

#include <fcntl.h>
#include <glob.h>
#include <linux/videodev2.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <nlohmann/json.hpp>

#include "media/encoder.h"
#include "media/gst.h"

namespace lineside {
namespace {

struct Codec {
  const char* name;
  const char* caps;
};
constexpr Codec kCodecs[] = {
    {"h264", "video/x-h264"},
    {"h265", "video/x-h265"},
    {"av1", "video/x-av1"},
    {"vp8", "video/x-vp8"},
    {"vp9", "video/x-vp9"},
    {"mjpeg", "image/jpeg"},
    {"mpeg4", "video/mpeg,mpegversion=(int)4"},
    {"mpeg2", "video/mpeg,mpegversion=(int)2"},
};

nlohmann::json described(GstElementFactory* factory) {
  const gchar* classes = gst_element_factory_get_metadata(factory, GST_ELEMENT_METADATA_KLASS);
  const gchar* title = gst_element_factory_get_metadata(factory, GST_ELEMENT_METADATA_LONGNAME);
  return {{"name", gst_plugin_feature_get_name(factory)},
          {"title", title ? title : ""},
          {"hardware", classes && std::strstr(classes, "Hardware") != nullptr}};
}

// For each codec its decoders, the one that would be taken first. Those of no rank are never taken.
nlohmann::json decoders() {
  nlohmann::json list = nlohmann::json::array();
  GList* all = gst_element_factory_list_get_elements(GST_ELEMENT_FACTORY_TYPE_DECODER |
                                                         GST_ELEMENT_FACTORY_TYPE_MEDIA_VIDEO |
                                                         GST_ELEMENT_FACTORY_TYPE_MEDIA_IMAGE,
                                                     GST_RANK_MARGINAL);
  all = g_list_sort(all, gst_plugin_feature_rank_compare_func);
  for (const Codec& codec : kCodecs) {
    const CapsPtr caps(gst_caps_from_string(codec.caps));
    GList* found = gst_element_factory_list_filter(all, caps.get(), GST_PAD_SINK, FALSE);
    for (GList* item = found; item; item = item->next) {
      nlohmann::json one = described(GST_ELEMENT_FACTORY(item->data));
      one["codec"] = codec.name;
      list.push_back(std::move(one));
    }
    gst_plugin_feature_list_free(found);
  }
  gst_plugin_feature_list_free(all);
  return list;
}

nlohmann::json encoders() {
  nlohmann::json list = nlohmann::json::array();
  for (const EncoderChoice& choice : h264_encoders()) {
    GstElementFactory* factory = gst_element_factory_find(choice.factory.c_str());
    nlohmann::json one = described(factory);
    gst_object_unref(factory);
    one["codec"] = "h264";
    one["hardware"] = choice.hardware;
    list.push_back(std::move(one));
  }
  return list;
}

CameraDevice asked(const std::string& device, bool* captures) {
  CameraDevice camera;
  camera.device = device;
  *captures = true;
  const int file = open(device.c_str(), O_RDWR | O_NONBLOCK | O_CLOEXEC);
  if (file < 0) {
    camera.error = std::strerror(errno);
    return camera;
  }
  v4l2_capability capability{};
  if (ioctl(file, VIDIOC_QUERYCAP, &capability) != 0) {
    camera.error = std::strerror(errno);
  } else {
    const auto text = [](const __u8* bytes, size_t size) {
      const auto* chars = reinterpret_cast<const char*>(bytes);
      return std::string(chars, strnlen(chars, size));
    };
    camera.name = text(capability.card, sizeof(capability.card));
    camera.driver = text(capability.driver, sizeof(capability.driver));
    camera.bus = text(capability.bus_info, sizeof(capability.bus_info));
    // A camera has several nodes: metadata and codecs are not for capturing.
    const __u32 able = capability.capabilities & V4L2_CAP_DEVICE_CAPS ? capability.device_caps
                                                                      : capability.capabilities;
    *captures = (able & (V4L2_CAP_VIDEO_CAPTURE | V4L2_CAP_VIDEO_CAPTURE_MPLANE)) != 0;
  }
  close(file);
  return camera;
}

}  // namespace

std::vector<CameraDevice> v4l2_cameras() {
  std::vector<CameraDevice> cameras;
  glob_t found{};
  if (glob("/dev/video[0-9]*", 0, nullptr, &found) == 0) {
    for (size_t i = 0; i < found.gl_pathc; i++) {
      bool captures = false;
      CameraDevice camera = asked(found.gl_pathv[i], &captures);
      if (captures) cameras.push_back(std::move(camera));
    }
  }
  globfree(&found);
  // video10 after video9.
  std::sort(cameras.begin(), cameras.end(), [](const CameraDevice& a, const CameraDevice& b) {
    return a.device.size() != b.device.size() ? a.device.size() < b.device.size()
                                              : a.device < b.device;
  });
  return cameras;
}

std::string describe_devices(const std::string& backends) {
  start_gstreamer();
  nlohmann::json json;
  json["cameras"] = nlohmann::json::array();
  for (const CameraDevice& camera : v4l2_cameras()) {
    nlohmann::json one = {{"kind", "v4l2"},
                          {"device", camera.device},
                          {"name", camera.name},
                          {"driver", camera.driver},
                          {"bus", camera.bus}};
    if (!camera.error.empty()) one["error"] = camera.error;
    json["cameras"].push_back(std::move(one));
  }
  json["encoders"] = encoders();
  json["decoders"] = decoders();
  json["backends"] = nlohmann::json::parse(backends);
  // Names come from drivers: never let odd bytes end the listing.
  return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace lineside
