// A GstRTSPMediaFactory whose media are built by a function instead of a launch line.
#pragma once

#include <gst/rtsp-server/rtsp-server.h>

#include <functional>

namespace lineside {

struct MediaHooks {
  // A bin with a payloader named pay0, floating; null: this cannot be served now.
  std::function<GstElement*()> create;
  // The media made of that bin is gone: its last client has left.
  std::function<void(GstElement* bin)> unprepared;
};

// Shared: all its clients see one media. The hooks may be called on any thread, and until the
// factory and its media are gone.
GstRTSPMediaFactory* new_media_factory(MediaHooks hooks);

}  // namespace lineside
