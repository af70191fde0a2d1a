// Turns what GStreamer reports into a status and a sentence for people.
#pragma once

#include <gst/gst.h>

#include <string>

#include "core/error.h"

namespace lineside {

// Of a GST_MESSAGE_ERROR or GST_MESSAGE_WARNING. The text starts with GStreamer's own sentence and
// adds the debug detail where that says more, without source files and element paths.
Failure describe_message(GstMessage* message);

// The Debian package that usually holds an element: "x264enc" → "gstreamer1.0-plugins-ugly".
std::string package_of_element(const std::string& factory);

// The Debian package whose decoders take a stream of this media type: "video/x-h265" → …
std::string package_of_decoder(const std::string& media_type);

// "H.264", "VP9" … of a caps' media type, for people.
std::string codec_title(const GstCaps* caps);

// "h264", "h265", "vp9", "mjpeg", "raw": short, for programs.
std::string codec_name(const GstCaps* caps);

}  // namespace lineside
