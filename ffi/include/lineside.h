/* lineside.h: the C ABI of liblineside, made to be called through a foreign-function interface.
 *
 * Ownership, the rules first:
 *  - ls_runtime is the one pointer a caller holds. Everything else (frames, sources, engines,
 *    chains, observers, sinks) is an ls_handle: a number that is valid in its runtime alone. 0 is
 * no handle. A stale or foreign handle gives LS_ERR_HANDLE, never a crash.
 *  - Every frame handle that a completion carries belongs to the caller: it holds one reference.
 *    ls_frame_release gives it back, ls_frame_retain adds one. A function documented to TAKE a
 *    frame consumes one reference if it returns LS_OK and none otherwise; the completion that
 *    answers it carries a frame handle the caller owns again (the same, or a derived frame).
 *  - A picture is immutable once its frame has been handed out. An element that draws gets a copy.
 *  - Strings and buffers passed in are copied before the call returns. Buffers to be filled belong
 *    to the caller and must outlive the call.
 *  - Work is asynchronous unless its comment says otherwise. Native threads do it and put an
 *    ls_completion on the runtime's one queue: nothing ever calls back into the caller.
 *  - Errors of a call come back in its ls_error; errors of asynchronous work in the completion.
 *  - Times are seconds. `captured` and ls_now are CLOCK_MONOTONIC; `pts` is the stream's own time.
 *
 * Every function may be called from any thread, but ls_wait from one at a time.
 */
#ifndef LINESIDE_H_
#define LINESIDE_H_

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define LS_ABI_VERSION 3
#define LS_API __attribute__((visibility("default")))

typedef struct ls_runtime ls_runtime;
typedef uint32_t ls_handle;

typedef enum ls_status {
  LS_OK = 0,
  LS_ERR_ARGUMENT = 1,    /* the call is wrong: a null pointer, a size of zero */
  LS_ERR_CONFIG = 2,      /* a JSON configuration has a wrong key, type or value */
  LS_ERR_HANDLE = 3,      /* no such object in this runtime */
  LS_ERR_NOT_FOUND = 4,   /* a file, device or plug-in is not there */
  LS_ERR_FORMAT = 5,      /* bytes from outside are not what they claim to be */
  LS_ERR_UNSUPPORTED = 6, /* understood, but this build or machine cannot do it */
  LS_ERR_IO = 7,          /* reading or writing failed: disk full, permission, network */
  LS_ERR_DEVICE = 8,      /* a camera, an encoder or an accelerator failed */
  LS_ERR_CLOSED = 9,      /* the object is closing or closed */
  LS_ERR_INTERNAL = 10    /* a fault of ours */
} ls_status;

/* Filled when a call does not return LS_OK; message is UTF-8 and always terminated. */
typedef struct ls_error {
  int32_t status;
  char message[1020];
} ls_error;

typedef enum ls_pixel_format {
  LS_NONE = 0,
  LS_NV12 = 1,
  LS_I420 = 2,
  LS_YUYV = 3,
  LS_GREY = 4,
  LS_RGB = 5,
  LS_BGR = 6
} ls_pixel_format;

/* ---- Library --------------------------------------------------------------------------------- */

LS_API uint32_t ls_abi_version(void);
/* Copies the version out, as ls_stats does its JSON. */
LS_API uint32_t ls_version(char* out, uint32_t capacity);
LS_API double ls_now(void);

/* ---- Runtime and completions ------------------------------------------------------------------
 */

/* config: {"threads": n (0: one a core), "backendPath": folder with liblineside_*.so}. */
LS_API int32_t ls_runtime_create(const char* config, ls_runtime** out, ls_error* error);

/* Closes what is open, waits for native threads, frees. No ls_wait may be pending: call ls_wake
 * and let it return first. Frames still held are freed; their count is returned. */
LS_API uint32_t ls_runtime_destroy(ls_runtime* runtime);

typedef enum ls_completion_kind {
  LS_OPENED = 1, /* a source, engine or sink is ready; payload: JSON about it */
  LS_FRAME = 2,  /* a source gives a frame */
  LS_END = 3,    /* a source has given its last frame; it must still be closed */
  LS_DONE = 4,   /* work submitted under `token` is done; status tells how. On error payload is the
                    message and frame the one submitted */
  LS_FAILED = 5, /* a source, engine or sink failed for good; payload: message. It must be closed */
  LS_CLOSED = 6  /* the last completion of an object that ls_close was called on */
} ls_completion_kind;

typedef struct ls_completion { /* 88 bytes, 8-byte aligned */
  uint32_t kind;
  uint32_t token;          /* the submitter's; 0 for a source's */
  uint32_t object;         /* handle of the source, engine, chain … it is about */
  uint32_t frame;          /* a reference the caller owns now, or 0 */
  int32_t status;          /* ls_status */
  uint32_t payload_offset; /* into the payload buffer of the same ls_take */
  uint32_t payload_size;   /* bytes */
  uint32_t width;          /* pixels, of the frame */
  uint32_t height;
  uint32_t format;   /* ls_pixel_format */
  double pts;        /* seconds */
  double captured;   /* ls_now() when the picture left the camera or decoder */
  double number;     /* index of the frame in its source, from 0; gaps are drops */
  float stage_ms[6]; /* chains: letterbox, queue, inference, postprocess, 0, 0 */
} ls_completion;

/* Blocks until a completion is there, ls_wake is called or `timeout` (seconds) has passed.
 * Returns how many are waiting. The only call that blocks: make it nonblocking in the FFI. */
LS_API uint32_t ls_wait(ls_runtime* runtime, double timeout);
LS_API void ls_wake(ls_runtime* runtime);

/* Moves up to `capacity` completions, in order, into `out` and their payloads into `payload`.
 * Returns how many. If the first one's payload alone is larger than the buffer it returns 0 and
 * writes the bytes needed to *needed; otherwise *needed is 0. Never blocks. */
LS_API uint32_t ls_take(ls_runtime* runtime, ls_completion* out, uint32_t capacity, void* payload,
                        uint32_t payload_capacity, uint32_t* needed);

/* Stops an object of any kind but a frame. What was submitted to it completes first (sinks write
 * out what they hold); then LS_CLOSED arrives and the handle is gone. */
LS_API int32_t ls_close(ls_runtime* runtime, ls_handle object);

/* JSON about an object: counters by cause, queue depths, encoder names. Returns the bytes it needs
 * including the terminator (call again with more if that exceeds capacity), or 0: no such object.
 * With object 0: the runtime's own (live frames, pool, completions). */
LS_API uint32_t ls_stats(ls_runtime* runtime, ls_handle object, char* out, uint32_t capacity);

/* JSON: {"cameras": [...], "encoders": [...], "decoders": [...], "backends": [...]}; as ls_stats.
 */
LS_API uint32_t ls_devices(ls_runtime* runtime, char* out, uint32_t capacity);

/* ---- Frames ------------------------------------------------------------------------------------
 */

LS_API int32_t ls_frame_retain(ls_runtime* runtime, ls_handle frame);
LS_API int32_t ls_frame_release(ls_runtime* runtime, ls_handle frame);
LS_API uint32_t ls_live_frames(ls_runtime* runtime);

/* Makes a frame from pixels in memory (LS_RGB, LS_BGR, LS_GREY packed rows; LS_I420, LS_NV12
 * whole). size must be exactly what format, width and height ask for. */
LS_API int32_t ls_frame_create(ls_runtime* runtime, uint32_t format, uint32_t width,
                               uint32_t height, const void* data, uint64_t size, double pts,
                               double number, ls_handle* out, ls_error* error);

/* Synchronous: copies the picture as packed LS_RGB or LS_GREY, `size` bytes = width*height*(3|1).
 */
LS_API int32_t ls_frame_read(ls_runtime* runtime, ls_handle frame, uint32_t format, void* out,
                             uint64_t size, ls_error* error);

/* What a chain left on a derived frame (letterbox: its tensor; infer: the outputs, from index 0).
 */
typedef struct ls_tensor_info {
  uint32_t type; /* 0 f32, 1 f16, 2 u8, 3 bf16, 4 i32, 5 i64 */
  uint32_t rank;
  uint64_t shape[8];
  uint64_t size; /* bytes */
  char name[128];
} ls_tensor_info;
LS_API int32_t ls_tensor_describe(ls_runtime* runtime, ls_handle frame, uint32_t index,
                                  ls_tensor_info* out, ls_error* error);
LS_API int32_t ls_tensor_read(ls_runtime* runtime, ls_handle frame, uint32_t index, void* out,
                              uint64_t size, ls_error* error);

/* ---- Sources -----------------------------------------------------------------------------------
 */

/* Validates `config`, starts opening and returns; LS_OPENED or LS_FAILED follows, then frames as
 * far as credit allows. config, a file:
 *  {"kind": "file", "location": path, "realtime": bool, "loop": n (0 for ever, 1 once),
 *   "start": seconds, "stop": seconds|null, "queue": n, "policy": "block"|"drop-oldest"|
 *   "drop-newest"|"latest", "format": "auto"|"NV12"|"I420"|"GREY"|"RGB"}
 * LS_OPENED payload: {"width","height","fps","duration","codec","format","frames"|null}. */
LS_API int32_t ls_source_open(ls_runtime* runtime, const char* config, ls_handle* out,
                              ls_error* error);
/* Allows `frames` more frames. With none allowed a file waits; a live source, or a file in real
 * time with a dropping policy, applies it, and counts each drop by cause in ls_stats. */
LS_API int32_t ls_source_credit(ls_runtime* runtime, ls_handle source, uint32_t frames);

/* ---- Inference ---------------------------------------------------------------------------------
 */

/* Loads a model in the background; LS_OPENED or LS_FAILED follows. config:
 *  {"backend": "auto"|"openvino"|"tensorrt", "model": path, "precision": "auto"|"fp32"|"bf16"|
 *   "fp16"|"int8", "device": name, "streams": n (0 auto), "threads": n (0 auto), "batch": n,
 *   "maxDelay": seconds, "cache": folder or "", "inputShape": [n,c,h,w] or null,
 *   "input": "model"|"native", "decode": "model"|"native", "outputs": "model"|"native"}
 * "input": "native" lets the engine choose another layout and type of input than the model's, if
 * that is faster: a chain's letterbox makes what it wants, whatever its own options say.
 * "decode": "native" lets it give what a YOLOv8 head decodes in place of the outputs: nms decodes
 * what scores enough. It is for engines whose chains all end in nms; others are refused.
 * "outputs": "native" lets it give outputs of four dimensions, which a model has as [n, channels,
 * rows, columns], as [n, rows, columns, channels]: those then have "layout": "NHWC" in the payload.
 * LS_OPENED payload: {"backend","version","device","precision","streams","requests","batch",
 *   "inputs":[{"name","shape","type"}],"outputs":[…],"loadSeconds","cached"}. */
LS_API int32_t ls_engine_open(ls_runtime* runtime, const char* config, ls_handle* out,
                              ls_error* error);

/* A chain is consecutive native elements fused into one job. config, each part optional, in order:
 *  {"letterbox": {"width","height","pad": 114,"align": "center"|"top-left","upscale": bool,
 *                 "layout": "NCHW"|"NHWC","type": "f32"|"f16"|"u8"|"bf16",
 *                 "order": "RGB"|"BGR"|"GREY","scale": 0.00392…,"mean": [3],"std": [3]},
 *   "engine": handle,
 *   "nms": {"family": "yolov8"|"yolov5"|"yolox"|"suppressed","classes": n,"strides": [8,16,32],
 *           "score": 0.25,"iou": 0.7,"max": 300,"agnostic": bool,"keep": [class ids]|null},
 *   "observer": handle}
 * A pixel becomes (value * scale - mean) / std. With an engine the letterbox writes straight into
 * the batch the engine runs. With an observer the engine's outputs are counted where they lie, on
 * one thread, and are on no frame. Synchronous. A shape that does not fit is LS_ERR_CONFIG here, as
 * far as it is known, or the status of the first job. */
LS_API int32_t ls_chain_create(ls_runtime* runtime, const char* config, ls_handle* out,
                               ls_error* error);

typedef struct ls_detection { /* 24 bytes */
  float x1, y1, x2, y2;       /* source pixels, within the picture */
  float score;                /* 0..1 */
  int32_t class_id;
} ls_detection;

/* TAKES frame. LS_DONE carries it back: with nms the payload is ls_detection[] by falling score and
 * the frame is the one submitted, as it is with an observer; else it is a derived frame that holds
 * the tensors. Jobs of one chain may complete out of order. */
LS_API int32_t ls_chain_submit(ls_runtime* runtime, ls_handle chain, ls_handle frame,
                               uint32_t token);

/* ---- Observation -------------------------------------------------------------------------------
 */

/* An observer counts the values that tensors on derived frames take: what a calibration is made of.
 * config: {"tensors": [indices of a frame's tensors, each once], "bins": 4096 (a power of two, 64
 * to 65536), "channels": bool (whether channels are told apart), "layout": "NCHW"|"NHWC" (where a
 * tensor of four dimensions has them; others have them in axis 1)}. Synchronous. What was counted
 * goes with the handle: read it before ls_close. */
LS_API int32_t ls_observer_create(ls_runtime* runtime, const char* config, ls_handle* out,
                                  ls_error* error);

/* TAKES frame. LS_DONE carries it back once its tensors (f32, f16 or bf16) are counted, on all of
 * the pool's threads; its memory is held until then, so the caller bounds that by how many it has
 * submitted. A frame that lacks a tensor, or has not as many channels as the first frame where
 * these are told apart, is refused whole: LS_DONE has LS_ERR_FORMAT and nothing is counted. */
LS_API int32_t ls_observer_submit(ls_runtime* runtime, ls_handle observer, ls_handle frame,
                                  uint32_t token);

typedef struct ls_histogram { /* 64 bytes */
  uint64_t count;             /* of finite values: only these are in what follows the next two */
  uint64_t nans;
  uint64_t infinities;
  double sum;
  double sum_absolute;
  float min, max;    /* 0 if count is 0 */
  int32_t exponent;  /* the bins lie over [-2^exponent, 2^exponent), all equally wide */
  uint32_t bins;     /* how many there are */
  uint32_t channels; /* how many are told apart, 0 if none are, or no frame was counted */
  uint32_t reserved;
} ls_histogram;

/* Synchronous. What was counted of tensor `tensors[index]` so far: the same for the same frames, in
 * whatever order and on however many threads. `bins`, unless it is null, is filled with the counts,
 * from -2^exponent up; capacity must be how many bins there are. */
LS_API int32_t ls_observer_read(ls_runtime* runtime, ls_handle observer, uint32_t index,
                                ls_histogram* out, uint64_t* bins, uint32_t capacity,
                                ls_error* error);

typedef struct ls_channel { /* 24 bytes: finite values alone */
  uint64_t count;
  double sum;
  float min, max; /* 0 if count is 0 */
} ls_channel;

/* Synchronous. The same by channel; capacity must be how many there are. */
LS_API int32_t ls_observer_read_channels(ls_runtime* runtime, ls_handle observer, uint32_t index,
                                         ls_channel* out, uint32_t capacity, ls_error* error);

/* ---- Drawing -----------------------------------------------------------------------------------
 */

typedef enum ls_shape_kind {
  LS_BOX = 0,        /* outline */
  LS_FILLED_BOX = 1, /* filled, with alpha */
  LS_LINE = 2,       /* from x1,y1 to x2,y2 */
  LS_LABEL = 3 /* text on a filled plate whose bottom left is x1,y1, kept inside the picture */
} ls_shape_kind;
typedef struct ls_shape { /* 40 bytes */
  uint32_t kind;
  float x1, y1, x2, y2; /* pixels */
  uint32_t rgba;        /* 0xRRGGBBAA; of the plate for a label, its text is black or white */
  float thickness;      /* pixels; for a label its text height */
  uint32_t text_offset; /* into `text`, UTF-8 */
  uint32_t text_size;
  uint32_t reserved;
} ls_shape;
/* TAKES frame. LS_DONE carries a derived frame with the shapes drawn on a copy of the picture. */
LS_API int32_t ls_overlay_submit(ls_runtime* runtime, ls_handle frame, const ls_shape* shapes,
                                 uint32_t count, const void* text, uint32_t text_size,
                                 uint32_t token);

/* ---- Sinks -------------------------------------------------------------------------------------
 */

/* Opens in the background, LS_OPENED or LS_FAILED follows. config:
 *  {"kind": "record", "location": path, "fps": n, "encoder": "auto"|name, "bitrate": kbit/s,
 *   "fragment": seconds}                 H.264 into fragmented MP4
 *  {"kind": "rtsp-server", "address": "127.0.0.1", "port": 8554}
 *  {"kind": "rtsp", "server": handle, "path": "/clip", "fps": n, "encoder", "bitrate"}
 * The picture's size and format come from the first frame pushed. */
LS_API int32_t ls_sink_open(ls_runtime* runtime, const char* config, ls_handle* out,
                            ls_error* error);
/* TAKES frame. LS_DONE when the sink has accepted it and wants the next: bounded, never a growing
 * queue. It carries the same frame back. */
LS_API int32_t ls_sink_push(ls_runtime* runtime, ls_handle sink, ls_handle frame, uint32_t token);

#ifdef __cplusplus
}
#endif
#endif /* LINESIDE_H_ */
