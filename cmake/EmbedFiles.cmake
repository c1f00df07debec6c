# sluice_embed_files(target [folder DEPENDS stamp…]): puts the files of a folder, compressed, into a
# program, where EmbeddedFiles() of sluice/console/embedded_files.h finds them. What is in the folder
# is seen when the stamp is newer, not before: the names of built files change. Without a folder there
# are none.
find_package(Python3 REQUIRED COMPONENTS Interpreter)

function(sluice_embed_files target)
  cmake_parse_arguments(ARG "" "" "DEPENDS" ${ARGN})
  set(generator ${CMAKE_SOURCE_DIR}/tools/embed_files.py)
  set(table ${CMAKE_BINARY_DIR}/generated/embedded_files.cc)
  set(content ${CMAKE_BINARY_DIR}/generated/embedded_files.bin)
  add_custom_command(
    OUTPUT ${table} ${content}
    COMMAND Python3::Interpreter ${generator} ${table} ${content} ${ARG_UNPARSED_ARGUMENTS}
    DEPENDS ${generator} ${ARG_DEPENDS}
    COMMENT "Compressing the console's files"
    VERBATIM)
  target_sources(${target} PRIVATE ${table})
  set_property(SOURCE ${table} APPEND PROPERTY OBJECT_DEPENDS ${content})
endfunction()
