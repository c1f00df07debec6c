# Arrow's C++ libraries: a system Arrow where there is one, else those inside the pyarrow wheel of
# the checkout's Python environment (headers and libarrow.so.2600, without the unversioned names,
# hence the full paths). Defines sluice_arrow, and sluice_parquet and sluice_arrow_s3 for those who
# need these two as well.
foreach(package Arrow ArrowCompute ArrowS3 Parquet)
  find_package(${package} 26 QUIET)
endforeach()
if(Arrow_FOUND AND ArrowCompute_FOUND AND ArrowS3_FOUND AND Parquet_FOUND)
  add_library(sluice_arrow INTERFACE)
  target_link_libraries(sluice_arrow
    INTERFACE Arrow::arrow_shared ArrowCompute::arrow_compute_shared)
  add_library(sluice_parquet ALIAS Parquet::parquet_shared)
  add_library(sluice_arrow_s3 ALIAS ArrowS3::arrow_s3_shared)
  return()
endif()

set(SLUICE_VENV ${CMAKE_SOURCE_DIR}/.venv CACHE PATH "the Python environment made by tools/setup")
file(GLOB SLUICE_PYARROW ${SLUICE_VENV}/lib/python3*/site-packages/pyarrow)
if(NOT SLUICE_PYARROW)
  message(FATAL_ERROR "Arrow was not found: neither a system package nor pyarrow in ${SLUICE_VENV}."
                      " Run tools/setup, or make, which does.")
endif()

# The wheel's libparquet exports OpenSSL's and simdjson's symbols. The system's libraries must come
# before it in the order of loading, or calls end up in the wheel's copies and abort. Options stand
# before all libraries; among these CMake chooses the order. symbols_test.cc looks after that.
add_library(sluice_arrow INTERFACE)
target_include_directories(sluice_arrow SYSTEM INTERFACE ${SLUICE_PYARROW}/include)
target_link_libraries(sluice_arrow INTERFACE
  ${SLUICE_PYARROW}/libarrow.so.2600 ${SLUICE_PYARROW}/libarrow_compute.so.2600)
target_link_options(sluice_arrow INTERFACE
  "SHELL:-Wl,--push-state,--no-as-needed -lssl -lcrypto -lsimdjson -Wl,--pop-state")

add_library(sluice_parquet INTERFACE)
target_link_libraries(sluice_parquet INTERFACE sluice_arrow ${SLUICE_PYARROW}/libparquet.so.2600)
add_library(sluice_arrow_s3 INTERFACE)
target_link_libraries(sluice_arrow_s3 INTERFACE sluice_arrow ${SLUICE_PYARROW}/libarrow_s3.so.2600)

# What an installed program needs beside it.
set(SLUICE_ARROW_LIBRARIES
  ${SLUICE_PYARROW}/libarrow.so.2600 ${SLUICE_PYARROW}/libarrow_compute.so.2600
  ${SLUICE_PYARROW}/libarrow_s3.so.2600 ${SLUICE_PYARROW}/libparquet.so.2600)
