#include "media/gst_picture.h"

#include <atomic>
#include <cstring>
#include <utility>
#include <vector>

#include "core/error.h"

namespace lineside {
namespace {

// A mapped buffer: the map first goes, then the buffer.
class MappedFrame {
 public:
  MappedFrame(GstBuffer* buffer, const GstVideoInfo& info) {
    if (!gst_video_frame_map(&frame_, &info, buffer, GST_MAP_READ)) {
      throw Error(LS_ERR_DEVICE, "a decoded picture cannot be mapped into memory");
    }
  }
  ~MappedFrame() { gst_video_frame_unmap(&frame_); }
  MappedFrame(const MappedFrame&) = delete;
  MappedFrame& operator=(const MappedFrame&) = delete;
  const GstVideoFrame& get() const { return frame_; }

 private:
  GstVideoFrame frame_;
};

// Keeps a picture for a GstMemory. It crosses to the thread that frees it through GLib's locks,
// which a race detector does not see; the flag is what it does see.
struct Held {
  std::shared_ptr<void> owner;
  std::atomic<bool> handed_over{false};
};

bool from_small_pool(GstBuffer* buffer, uint32_t reserve) {
  if (!buffer->pool) return false;
  GstStructure* config = gst_buffer_pool_get_config(buffer->pool);
  guint most = 0;
  gst_buffer_pool_config_get_params(config, nullptr, nullptr, nullptr, &most);
  gst_structure_free(config);
  return most != 0 && most < reserve;
}

int plane_count(ls_pixel_format format) {
  return format == LS_I420 ? 3 : format == LS_NV12 ? 2 : 1;
}

// Height of a plane in rows, and the bytes of a row that hold pixels.
int plane_rows(ls_pixel_format format, int plane, int height) {
  const bool chroma = plane > 0 && (format == LS_I420 || format == LS_NV12);
  return chroma ? (height + 1) / 2 : height;
}
int plane_bytes(ls_pixel_format format, int plane, int width) {
  switch (format) {
    case LS_RGB:
    case LS_BGR:
      return width * 3;
    case LS_YUYV:
      return (width + 1) / 2 * 4;
    case LS_NV12:
      return plane == 0 ? width : (width + 1) / 2 * 2;
    case LS_I420:
      return plane == 0 ? width : (width + 1) / 2;
    default:
      return width;
  }
}

Picture copied(const Picture& picture) {
  size_t sizes[3] = {0, 0, 0};
  size_t total = 0;
  const int planes = plane_count(picture.format);
  for (int i = 0; i < planes; i++) {
    sizes[i] = static_cast<size_t>(plane_bytes(picture.format, i, picture.width)) *
               static_cast<size_t>(plane_rows(picture.format, i, picture.height));
    total += sizes[i];
  }
  auto memory = std::make_shared<std::vector<uint8_t>>(total);
  Picture copy = picture;
  uint8_t* out = memory->data();
  for (int i = 0; i < planes; i++) {
    const int bytes = plane_bytes(picture.format, i, picture.width);
    const int rows = plane_rows(picture.format, i, picture.height);
    copy.planes[i] = {out, bytes};
    for (int y = 0; y < rows; y++, out += bytes) {
      std::memcpy(out,
                  picture.planes[i].data + static_cast<ptrdiff_t>(y) * picture.planes[i].stride,
                  static_cast<size_t>(bytes));
    }
  }
  copy.owner = std::move(memory);
  return copy;
}

}  // namespace

ls_pixel_format format_of(GstVideoFormat format) {
  switch (format) {
    case GST_VIDEO_FORMAT_NV12:
      return LS_NV12;
    case GST_VIDEO_FORMAT_I420:
      return LS_I420;
    case GST_VIDEO_FORMAT_YUY2:
      return LS_YUYV;
    case GST_VIDEO_FORMAT_GRAY8:
      return LS_GREY;
    case GST_VIDEO_FORMAT_RGB:
      return LS_RGB;
    case GST_VIDEO_FORMAT_BGR:
      return LS_BGR;
    default:
      return LS_NONE;
  }
}

GstVideoFormat gst_format_of(ls_pixel_format format) {
  switch (format) {
    case LS_NV12:
      return GST_VIDEO_FORMAT_NV12;
    case LS_I420:
      return GST_VIDEO_FORMAT_I420;
    case LS_YUYV:
      return GST_VIDEO_FORMAT_YUY2;
    case LS_GREY:
      return GST_VIDEO_FORMAT_GRAY8;
    case LS_RGB:
      return GST_VIDEO_FORMAT_RGB;
    case LS_BGR:
      return GST_VIDEO_FORMAT_BGR;
    case LS_NONE:
      break;
  }
  throw Error(LS_ERR_UNSUPPORTED, "a frame without a picture");
}

ColorMatrix matrix_of(const GstVideoInfo& info) {
  switch (info.colorimetry.matrix) {
    case GST_VIDEO_COLOR_MATRIX_BT601:
    case GST_VIDEO_COLOR_MATRIX_FCC:
      return ColorMatrix::kBt601;
    case GST_VIDEO_COLOR_MATRIX_BT709:
    case GST_VIDEO_COLOR_MATRIX_SMPTE240M:  // these two: the nearest there is
    case GST_VIDEO_COLOR_MATRIX_BT2020:
      return ColorMatrix::kBt709;
    default:
      return GST_VIDEO_INFO_HEIGHT(&info) < 720 ? ColorMatrix::kBt601 : ColorMatrix::kBt709;
  }
}

ColorRange range_of(const GstVideoInfo& info) {
  if (info.colorimetry.range == GST_VIDEO_COLOR_RANGE_0_255) return ColorRange::kFull;
  if (info.colorimetry.range == GST_VIDEO_COLOR_RANGE_16_235) return ColorRange::kLimited;
  return GST_VIDEO_INFO_IS_YUV(&info) ? ColorRange::kLimited : ColorRange::kFull;
}

Picture picture_of(GstBuffer* buffer, const GstVideoInfo& info, uint32_t pool_reserve) {
  Picture picture;
  picture.format = format_of(GST_VIDEO_INFO_FORMAT(&info));
  if (picture.format == LS_NONE) {
    throw Error(LS_ERR_UNSUPPORTED, std::string("pictures in format ") +
                                        GST_VIDEO_INFO_NAME(&info) + " are not known here");
  }
  picture.width = GST_VIDEO_INFO_WIDTH(&info);
  picture.height = GST_VIDEO_INFO_HEIGHT(&info);
  picture.matrix = matrix_of(info);
  picture.range = range_of(info);
  auto mapped = std::make_shared<MappedFrame>(buffer, info);
  for (int i = 0; i < plane_count(picture.format); i++) {
    picture.planes[i].data =
        static_cast<const uint8_t*>(GST_VIDEO_FRAME_PLANE_DATA(&mapped->get(), i));
    picture.planes[i].stride = GST_VIDEO_FRAME_PLANE_STRIDE(&mapped->get(), i);
  }
  if (from_small_pool(buffer, pool_reserve)) return copied(picture);
  picture.owner = std::move(mapped);
  return picture;
}

BufferPtr buffer_of(const Picture& picture) {
  BufferPtr buffer(gst_buffer_new());
  gsize offsets[GST_VIDEO_MAX_PLANES] = {0};
  gint strides[GST_VIDEO_MAX_PLANES] = {0};
  gsize total = 0;
  const int planes = plane_count(picture.format);
  for (int i = 0; i < planes; i++) {
    const int rows = plane_rows(picture.format, i, picture.height);
    // The last row may end with its last pixel: the memory after it need not be ours.
    const gsize size = static_cast<gsize>(picture.planes[i].stride) * static_cast<gsize>(rows - 1) +
                       static_cast<gsize>(plane_bytes(picture.format, i, picture.width));
    auto* held = new Held{picture.owner};
    held->handed_over.store(true, std::memory_order_release);
    gst_buffer_append_memory(
        buffer.get(), gst_memory_new_wrapped(
                          GST_MEMORY_FLAG_READONLY, const_cast<uint8_t*>(picture.planes[i].data),
                          size, 0, size, held, [](gpointer data) {
                            auto* last = static_cast<Held*>(data);
                            (void)last->handed_over.load(std::memory_order_acquire);
                            delete last;
                          }));
    offsets[i] = total;
    strides[i] = picture.planes[i].stride;
    total += size;
  }
  gst_buffer_add_video_meta_full(buffer.get(), GST_VIDEO_FRAME_FLAG_NONE,
                                 gst_format_of(picture.format), static_cast<guint>(picture.width),
                                 static_cast<guint>(picture.height), static_cast<guint>(planes),
                                 offsets, strides);
  return buffer;
}

CapsPtr caps_of(const Picture& picture, double fps) {
  GstVideoInfo info;
  gst_video_info_set_format(&info, gst_format_of(picture.format), static_cast<guint>(picture.width),
                            static_cast<guint>(picture.height));
  if (GST_VIDEO_INFO_IS_YUV(&info)) {
    info.colorimetry.range = picture.range == ColorRange::kFull ? GST_VIDEO_COLOR_RANGE_0_255
                                                                : GST_VIDEO_COLOR_RANGE_16_235;
    info.colorimetry.matrix = picture.matrix == ColorMatrix::kBt709 ? GST_VIDEO_COLOR_MATRIX_BT709
                                                                    : GST_VIDEO_COLOR_MATRIX_BT601;
  }
  gst_util_double_to_fraction(fps > 0 ? fps : 0, &info.fps_n, &info.fps_d);
  return CapsPtr(gst_video_info_to_caps(&info));
}

}  // namespace lineside
