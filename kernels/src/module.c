/* What makes an extension module of the library; nobody needs to import it. */
#define Py_LIMITED_API 0x030B0000
#include <Python.h>

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT, "_library", "Loops, called through ctypes.", 0, NULL, NULL, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit__library(void)
{
    return PyModule_Create(&definition);
}
