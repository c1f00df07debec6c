# Defines SluiceConnectorSdk::sdk, the library of a connector for Amazon AppFlow.
include(CMakeFindDependencyMacro)
find_dependency(OpenSSL 3)
find_dependency(Threads)
include(${CMAKE_CURRENT_LIST_DIR}/SluiceConnectorSdkTargets.cmake)
