namespace ControlSurface.Core;
