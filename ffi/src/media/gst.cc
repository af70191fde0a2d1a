#include "media/gst.h"

#include <atomic>
#include <cstdlib>
#include <mutex>

#include "core/error.h"
#include "media/messages.h"

namespace lineside {
namespace {

std::atomic<uint64_t> complaints{0};
std::mutex last_mutex;
std::string last_text;

bool asked_for_logs() { return std::getenv("GST_DEBUG") || std::getenv("G_MESSAGES_DEBUG"); }

void swallow(const gchar* domain, GLogLevelFlags level, const gchar* message, gpointer) {
  if ((level & (G_LOG_LEVEL_ERROR | G_LOG_LEVEL_CRITICAL | G_LOG_LEVEL_WARNING)) == 0) return;
  complaints++;
  std::lock_guard<std::mutex> lock(last_mutex);
  last_text = std::string(domain ? domain : "") + ": " + (message ? message : "");
}

void quieten() {
  if (asked_for_logs()) return;
  // Only these domains: another library in this process may want its own messages.
  const auto levels =
      static_cast<GLogLevelFlags>(G_LOG_LEVEL_MASK | G_LOG_FLAG_FATAL | G_LOG_FLAG_RECURSION);
  for (const char* domain : {"GStreamer", "GStreamer-Video", "GStreamer-RTSP", "GStreamer-SDP",
                             "GStreamer-Base", "GLib", "GLib-GObject", "GLib-GIO", "Pango"}) {
    g_log_set_handler(domain, levels, swallow, nullptr);
  }
  gst_debug_set_active(FALSE);
}

}  // namespace

void start_gstreamer() {
  static std::once_flag once;
  static std::string problem;
  std::call_once(once, [] {
    GError* error = nullptr;
    if (!gst_init_check(nullptr, nullptr, &error)) {
      problem = error ? error->message : "no reason given";
      g_clear_error(&error);
      return;
    }
    quieten();
  });
  if (!problem.empty()) {
    throw Error(LS_ERR_UNSUPPORTED, "GStreamer does not start: " + problem);
  }
}

uint64_t suppressed_complaints() { return complaints.load(); }

std::string last_complaint() {
  std::lock_guard<std::mutex> lock(last_mutex);
  return last_text;
}

ElementPtr make_element(const char* factory, const char* name) {
  GstElement* element = gst_element_factory_make(factory, name);
  if (!element) {
    throw Error(LS_ERR_NOT_FOUND, std::string("GStreamer has no element ") + factory +
                                      "; the Debian package " + package_of_element(factory) +
                                      " brings it");
  }
  return ElementPtr(GST_ELEMENT(gst_object_ref_sink(element)));
}

}  // namespace lineside
