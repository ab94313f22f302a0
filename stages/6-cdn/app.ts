// Nothing new: the app has always said who may keep an answer (`Cache-Control`). Now there is somebody who does.
import '../5-cache/app.ts';
