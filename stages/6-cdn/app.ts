// Nothing new: the database moved to a box of its own, and the app only ever knew its address (`DATABASE_URL`).
import '../5-cache/app.ts';
