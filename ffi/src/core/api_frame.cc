// The entry points on frames and the tensors on them.
#include <algorithm>
#include <cstring>
#include <new>

#include "core/c_api.h"
#include "core/memory.h"
#include "preprocess/convert.h"

using namespace lineside;

namespace {

// Lays out `picture` over its whole memory: returns the bytes needed, sets the strides and planes.
uint64_t lay_out(Picture& picture, const uint8_t* data) {
  const uint64_t width = picture.width, height = picture.height;
  const uint64_t half_width = (width + 1) / 2, half_height = (height + 1) / 2;
  const auto plane = [&](int index, uint64_t offset, uint64_t stride) {
    picture.planes[index] = {data ? data + offset : nullptr, static_cast<int>(stride)};
  };
  switch (picture.format) {
    case LS_NV12:
      plane(0, 0, width);
      plane(1, width * height, half_width * 2);
      return width * height + half_width * 2 * half_height;
    case LS_I420:
      plane(0, 0, width);
      plane(1, width * height, half_width);
      plane(2, width * height + half_width * half_height, half_width);
      return width * height + half_width * half_height * 2;
    case LS_YUYV:
      plane(0, 0, half_width * 4);
      return half_width * 4 * height;
    case LS_GREY:
      plane(0, 0, width);
      return width * height;
    case LS_RGB:
    case LS_BGR:
      plane(0, 0, width * 3);
      return width * 3 * height;
    default:
      throw Error(LS_ERR_ARGUMENT, "format " + std::to_string(picture.format) + " is no picture's");
  }
}

void check_size(const char* what, uint64_t found, uint64_t expected) {
  if (found == expected) return;
  throw Error(LS_ERR_ARGUMENT, std::string(what) + ": expected " + std::to_string(expected) +
                                   " bytes, found " + std::to_string(found));
}

const Tensor& tensor_of(const Frame& frame, uint32_t index) {
  if (index < frame.tensors.size()) return frame.tensors[index];
  throw Error(LS_ERR_ARGUMENT, "the frame has " + std::to_string(frame.tensors.size()) +
                                   " tensors: there is no tensor " + std::to_string(index));
}

}  // namespace

extern "C" {

int32_t ls_frame_retain(ls_runtime* runtime, ls_handle frame) {
  return guarded(nullptr, [&] { runtime_of(runtime).retain_frame(frame); });
}

int32_t ls_frame_release(ls_runtime* runtime, ls_handle frame) {
  return guarded(nullptr, [&] { runtime_of(runtime).release_frame(frame); });
}

uint32_t ls_live_frames(ls_runtime* runtime) {
  return runtime ? runtime->runtime.live_frames() : 0;
}

int32_t ls_frame_create(ls_runtime* runtime, uint32_t format, uint32_t width, uint32_t height,
                        const void* data, uint64_t size, double pts, double number, ls_handle* out,
                        ls_error* error) {
  return guarded(error, [&] {
    Runtime& owner = runtime_of(runtime);
    require(data, "data");
    require(out, "out");
    if (width == 0 || height == 0 || width > 32768 || height > 32768) {
      throw Error(LS_ERR_ARGUMENT, "a picture's sides are 1 to 32768 pixels, found " +
                                       std::to_string(width) + "x" + std::to_string(height));
    }
    if (format < LS_NV12 || format > LS_BGR) {
      throw Error(LS_ERR_ARGUMENT,
                  "format " + std::to_string(format) + ": expected LS_NV12 (1) to LS_BGR (6)");
    }
    auto frame = std::make_shared<Frame>();
    Picture& picture = frame->picture;
    picture.format = static_cast<ls_pixel_format>(format);
    picture.width = static_cast<int>(width);
    picture.height = static_cast<int>(height);
    check_size("size", size, lay_out(picture, nullptr));
    auto memory = allocate(size);
    std::memcpy(memory.get(), data, size);
    lay_out(picture, static_cast<const uint8_t*>(memory.get()));
    picture.owner = std::move(memory);
    frame->pts = pts;
    frame->number = number;
    frame->captured = ls_now();
    *out = owner.add(FramePtr(std::move(frame)));
  });
}

int32_t ls_frame_read(ls_runtime* runtime, ls_handle frame, uint32_t format, void* out,
                      uint64_t size, ls_error* error) {
  return guarded(error, [&] {
    const FramePtr source = runtime_of(runtime).frame(frame);
    require(out, "out");
    if (format != LS_RGB && format != LS_GREY) {
      throw Error(LS_ERR_ARGUMENT,
                  "a frame is read as LS_RGB (5) or LS_GREY (4), not as " + std::to_string(format));
    }
    const uint64_t pixels = static_cast<uint64_t>(source->picture.width) * source->picture.height;
    check_size("size", size, pixels * (format == LS_RGB ? 3 : 1));
    convert_to_packed(source->picture, static_cast<ls_pixel_format>(format),
                      static_cast<uint8_t*>(out));
  });
}

int32_t ls_tensor_describe(ls_runtime* runtime, ls_handle frame, uint32_t index,
                           ls_tensor_info* out, ls_error* error) {
  return guarded(error, [&] {
    const FramePtr source = runtime_of(runtime).frame(frame);
    require(out, "out");
    const Tensor& tensor = tensor_of(*source, index);
    *out = {};
    out->type = static_cast<uint32_t>(tensor.type);
    out->rank = static_cast<uint32_t>(std::min<size_t>(8, tensor.shape.size()));
    for (uint32_t i = 0; i < out->rank; ++i) out->shape[i] = tensor.shape[i];
    out->size = tensor_bytes(tensor);
    std::strncpy(out->name, tensor.name.c_str(), sizeof out->name - 1);
  });
}

int32_t ls_tensor_read(ls_runtime* runtime, ls_handle frame, uint32_t index, void* out,
                       uint64_t size, ls_error* error) {
  return guarded(error, [&] {
    const FramePtr source = runtime_of(runtime).frame(frame);
    require(out, "out");
    const Tensor& tensor = tensor_of(*source, index);
    check_size("size", size, tensor_bytes(tensor));
    std::memcpy(out, tensor.data, size);
  });
}

}  // extern "C"
