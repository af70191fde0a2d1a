/* lineside_backend.h: the C ABI that an inference backend implements.
 *
 * A backend is a shared library liblineside_NAME.so that exports ls_backend_entry. liblineside
 * finds it at run time, so a machine without the vendor's library merely lacks that backend.
 *
 * Ownership:
 *  - The engine owns its requests; each owns its input and output memory. A request is a place for
 *    one batch: the caller writes the inputs, starts it, and reads the outputs until it starts it
 *    again. A request is used by one thread at a time and runs one batch at a time.
 *  - `done` is called once a start, on a thread of the backend's, and must return quickly.
 *  - Strings returned are owned by the backend: static, or valid as long as their engine.
 */
#ifndef LINESIDE_BACKEND_H_
#define LINESIDE_BACKEND_H_

#include <stdint.h>

#include "lineside.h"

#ifdef __cplusplus
extern "C" {
#endif

#define LS_BACKEND_ABI_VERSION 2

typedef struct ls_backend_engine ls_backend_engine;

typedef struct ls_backend_tensor {
  ls_tensor_info info; /* shape[0] is the batch */
  void* data;
} ls_backend_tensor;

/* status LS_OK, or an error with its message, which is valid during the call alone. */
typedef void (*ls_backend_done)(void* user, int32_t status, const char* message);

typedef struct ls_backend {
  uint32_t abi_version; /* LS_BACKEND_ABI_VERSION */
  const char* name;     /* "openvino" */

  /* JSON: {"name","version","devices":[{"id","name","precisions":[…]}]}. Static storage. */
  const char* (*describe)(void);

  /* config as ls_engine_open's. Synchronous; may take minutes. */
  int32_t (*open)(const char* config, ls_backend_engine** out, ls_error* error);
  void (*close)(ls_backend_engine* engine); /* no request may be running */

  /* JSON, the payload of LS_OPENED. A backend that was asked to may say here:
   *  - in its first input, "layout": "NHWC"|"NCHW": the input is so, and of its "type", instead of
   * as the model's file has it. Only with "input": "native", and only for a model of f32.
   *  - in an output of four dimensions, "layout": "NHWC": what the model's file has as [n,
   * channels, rows, columns] is given as [n, rows, columns, channels]. Only with "outputs":
   * "native".
   *  - "head": {"kind": "distributions", "layout": "NHWC"|"NCHW", "bins": n, "levels": [{"boxes":
   *    i, "classes": i, "stride": n}…]}: the outputs are not the model's but what its YOLOv8 head
   *    decodes, two outputs (by index) a level. With "layout": "NCHW" they are [n, channels, rows,
   *    columns], f32, f16 or bf16: 4 * bins channels of box distributions, a logit for each class.
   *    Or {"kind": "offsets", "layout", "levels": [{"boxes", "objectness", "classes", "stride"}…]}:
   *    what a YOLOX head decodes, three a level: 4 channels of offsets, one logit, a logit for each
   *    class. Only with "decode": "native", and only if decoding them (postprocess/head_maps.h) is
   *    what the model does. */
  const char* (*info)(ls_backend_engine* engine);

  uint32_t (*request_count)(ls_backend_engine* engine);
  uint32_t (*input_count)(ls_backend_engine* engine);
  uint32_t (*output_count)(ls_backend_engine* engine);
  /* Memory of one request. Output shapes may be dynamic: ask after each run. */
  int32_t (*input)(ls_backend_engine* engine, uint32_t request, uint32_t index,
                   ls_backend_tensor* out, ls_error* error);
  int32_t (*output)(ls_backend_engine* engine, uint32_t request, uint32_t index,
                    ls_backend_tensor* out, ls_error* error);
  /* Runs the request over its whole batch (the unused places of a part-filled one are ignored). */
  int32_t (*start)(ls_backend_engine* engine, uint32_t request, uint32_t filled,
                   ls_backend_done done, void* user, ls_error* error);
} ls_backend;

LS_API const ls_backend* ls_backend_entry(void);

#ifdef __cplusplus
}
#endif
#endif /* LINESIDE_BACKEND_H_ */
