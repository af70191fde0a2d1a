{
  # Every .cc file of a room is found by a glob: adding one needs no edit here.
  "variables": {
    # The OpenVINO wheel's folder, empty where there is none: then that one target is left out.
    "openvino_root%": "<!(bash scripts/find-openvino)",
  },
  "target_defaults": {
    "include_dirs": ["include", "src"],
    # node-gyp's own choices for add-ons, which this is not: exceptions and RTTI are used here.
    "cflags_cc!": ["-fno-rtti", "-fno-exceptions", "-std=gnu++17", "-std=gnu++20", "-std=gnu++1y"],
    "cflags_cc": ["-std=c++17", "-O3", "-Wall", "-Wextra", "-Werror", "-fvisibility=hidden", "-fvisibility-inlines-hidden"],
    "cflags!": ["-fno-omit-frame-pointer"],
    "cflags": ["-pthread"],
    "ldflags!": ["-rdynamic"],
    "ldflags": ["-pthread", "-Wl,-z,defs"],
  },
  "targets": [
    {
      "target_name": "lineside",
      "product_prefix": "lib",
      "type": "shared_library",
      "variables": {
        "media": "<!(cat scripts/packages)",
      },
      "sources": ["<!@(find src -name '*.cc' -not -path 'src/backends/*' | sort)"],
      "cflags_cc": ["<!@(pkg-config --cflags <(media) | sed 's/-I/-isystem /g')"],
      "libraries": ["<!@(pkg-config --libs <(media))", "-ldl"],
    },
  ],
  "conditions": [
    ["openvino_root!=''", {
      "targets": [
        {
          "target_name": "lineside_openvino",
          "product_prefix": "lib",
          "type": "shared_library",
          "sources": ["<!@(find src/backends/openvino src/core/config.cc src/core/error.cc -name '*.cc' | sort)"],
          "cflags_cc": ["-isystem", "<(openvino_root)/include"],
          "libraries": ["<!(ls <(openvino_root)/libs/libopenvino.so.* | head -1)"],
          "ldflags": ["-Wl,-rpath,<(openvino_root)/libs"],
        },
      ],
    }],
  ],
}
