// Which H.264 encoder this machine has, and how each likes to be told the same things.
#pragma once

#include <string>
#include <vector>

#include "media/gst.h"
#include "media/pipeline.h"

namespace lineside {

struct EncoderChoice {
  std::string factory;
  bool hardware = false;
};

struct EncoderOptions {
  std::string name = "auto";
  uint32_t bitrate = 0;  // kbit/s; 0: by size and rate
  double fps = 0;        // 0: unknown
};

// For "auto" the first that starts on this machine: hardware, then x264enc, then openh264enc.
// Throws Error(LS_ERR_NOT_FOUND) with what there is, or with the package that has one.
EncoderChoice choose_encoder(const std::string& name);

// All that are installed, best first.
std::vector<EncoderChoice> h264_encoders();

// appsrc ! videoconvert ! videocrop (odd sizes) ! encoder ! h264parse, added to a bin and linked.
// `source` is the appsrc, `parser` the end to link on from.
struct EncodeChain {
  GstElement* source = nullptr;
  GstElement* encoder = nullptr;
  GstElement* parser = nullptr;
};
EncodeChain add_encode_chain(GstBin* bin, const EncoderChoice& choice,
                             const EncoderOptions& options, int width, int height);

// Asks for a key frame at the buffer pushed next.
void request_key_frame(GstElement* source);

}  // namespace lineside
